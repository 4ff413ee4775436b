// Which rows the table shows, and in which order.
import type { MarketRow } from './rows.ts';

export type Column = 'symbol' | 'exchange' | 'price' | 'change' | 'range' | 'volume' | 'age' | 'state' | 'signal';

export interface Sorting { readonly column: Column | null; readonly isDown: boolean }

export interface Filter {
  readonly words: string; readonly exchange: string; readonly market: string; readonly onlyFavourites: boolean; readonly favourites: ReadonlySet<string>;
}

/** Whether a row passes the filter. */
export function passes(row: MarketRow, filter: Filter): boolean {
  const text = `${row.symbol} ${row.symbol.replace('/', '')} ${row.exchange} ${row.market}`.toUpperCase();
  return (!filter.onlyFavourites || filter.favourites.has(row.key))
    && (filter.exchange === '' || row.exchange === filter.exchange)
    && (filter.market === '' || row.market === filter.market)
    && filter.words.toUpperCase().split(/\s+/).every((word) => text.includes(word));
}

function valueOf(row: MarketRow, column: Column): string | number | null {
  const look = row.look;
  switch (column) {
    case 'symbol': return row.symbol;
    case 'exchange': return `${row.exchange} ${row.market}`;
    case 'price': return look.price === null ? null : Number(look.price);
    case 'change': return look.change;
    case 'range': return look.low === null || look.price === null || Number(look.high) === Number(look.low) ? null
      : (Number(look.price) - Number(look.low)) / (Number(look.high) - Number(look.low));
    case 'volume': return look.volume === null || look.price === null ? null : Number(look.volume) * Number(look.price);
    case 'age': return row.heardAt;
    case 'state': return row.status;
    case 'signal': return row.signal ? Number(row.signal.number) : null;
  }
}

/** Rows in order; what is not known comes last, whichever way they are sorted. */
export function sorted(list: readonly MarketRow[], { column, isDown }: Sorting): MarketRow[] {
  if (column === null) {
    return [...list];
  }
  return list.map((row, index) => ({ row, index, value: valueOf(row, column) })).sort((a, b) => {
    if (a.value === null || b.value === null) {
      return a.value === b.value ? a.index - b.index : a.value === null ? 1 : -1;
    }
    const order = typeof a.value === 'string' ? a.value.localeCompare(String(b.value)) : a.value - Number(b.value);
    return (isDown ? -order : order) || a.index - b.index;
  }).map((one) => one.row);
}
