// Which rows of a long table are drawn.

export interface Part { first: number; last: number; before: number; after: number }

/** The rows that a view shows, with some beyond its edges; `last` is exclusive, `before` and `after` are the height of what is not drawn. */
export function partOf(count: number, rowHeight: number, scrollTop: number, viewHeight: number, beyond = 8): Part {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - beyond);
  const last = Math.min(count, Math.ceil((scrollTop + viewHeight) / rowHeight) + beyond);
  return { first: Math.min(first, last), last, before: Math.min(first, last) * rowHeight, after: (count - last) * rowHeight };
}

/** Where to scroll so that a row is seen; the same place where it is seen already. */
export function scrollTo(index: number, rowHeight: number, scrollTop: number, viewHeight: number): number {
  const top = index * rowHeight;
  return top < scrollTop ? top : top + rowHeight > scrollTop + viewHeight ? top + rowHeight - viewHeight : scrollTop;
}
