// The listings of all exchanges, read once they are searched, and the search over them.
import { ask, wordsOf } from '../api/rest.ts';
import type { SymbolRow } from '../api/rest.gen.ts';
import { server } from '../app.ts';
import { keyOf } from './keys.ts';
import { Store } from './store.ts';

export interface Listing { readonly key: string; readonly row: SymbolRow; readonly text: string }

export interface Listings { readonly all: readonly Listing[]; readonly isReading: boolean; readonly problems: readonly string[] }

export const listings = new Store<Listings>({ all: [], isReading: false, problems: [] });

let begun = false;

/** Reads the listings of all exchanges that need no key; once. */
export async function readListings(): Promise<void> {
  const exchanges = server.value?.answer.exchanges.filter((one) => !one.needsKey) ?? [];
  if (begun || exchanges.length === 0) {
    return;
  }
  begun = true;
  listings.set({ all: [], isReading: true, problems: [] });
  const problems: string[] = [];
  await Promise.all(exchanges.map(async ({ exchange }) => {
    try {
      const { symbols } = await ask('GET /v1/symbols', { query: { exchange } });
      listings.set({ ...listings.value, all: [...listings.value.all, ...symbols.map(listingOf)] });
    } catch (error) {
      problems.push(`${exchange}: ${wordsOf(error)}`);
    }
  }));
  listings.set({ ...listings.value, isReading: false, problems });
  begun = problems.length === 0; // what failed is asked again with the next search
}

const listingOf = (row: SymbolRow): Listing => ({
  key: keyOf(row.exchange, row.market, row.symbol), row,
  text: `${row.symbol} ${row.venueSymbol} ${row.base}${row.quote} ${row.exchange} ${row.market} ${row.aliases?.join(' ') ?? ''}`.toUpperCase(),
});

/** Listings that have all words of a search; what begins with the first word comes before what has it elsewhere. */
export function searchOf(all: readonly Listing[], search: string): Listing[] {
  const words = search.toUpperCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    return [];
  }
  const found = all.filter((one) => words.every((word) => one.text.includes(word)));
  const rank = (one: Listing) => (one.row.base.toUpperCase() === words[0] ? 0 : one.text.startsWith(words[0]!) ? 1 : 2) + (one.row.status === 'trading' ? 0 : 3);
  return found.map((one) => [rank(one), one] as const).sort(([a, first], [b, second]) => a - b || first.text.localeCompare(second.text)).map(([, one]) => one);
}
