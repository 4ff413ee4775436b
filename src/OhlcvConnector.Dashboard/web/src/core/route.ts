// The place in the page, kept behind the # of the address, so that it can be sent to somebody.
import { Store } from './store.ts';

export const pageNames = ['markets', 'chart', 'signals', 'portfolio', 'analytics', 'health', 'settings'] as const;
export type PageName = (typeof pageNames)[number];

export interface Place { readonly page: PageName; readonly query: Readonly<Record<string, string>> }

export function readPlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const page = pageNames.find((name) => name === path) ?? 'markets';
  return { page, query: Object.fromEntries(new URLSearchParams(query)) };
}

export function writePlace(page: PageName, query: Readonly<Record<string, string | undefined>> = {}): string {
  const said = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]))).toString()
    .replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%7C', '|');
  return `#/${page}${said ? `?${said}` : ''}`;
}

export const place = new Store<Place>(readPlace(typeof location === 'undefined' ? '' : location.hash));

/** Goes to a page. */
export function go(page: PageName, query: Readonly<Record<string, string | undefined>> = {}): void {
  location.hash = writePlace(page, query);
}

/** Writes what the page shows into the address, without a step in the history. */
export function note(page: PageName, query: Readonly<Record<string, string | undefined>>): void {
  history.replaceState(null, '', writePlace(page, query));
}

if (typeof addEventListener !== 'undefined' && typeof location !== 'undefined') {
  addEventListener('hashchange', () => place.set(readPlace(location.hash)));
}
