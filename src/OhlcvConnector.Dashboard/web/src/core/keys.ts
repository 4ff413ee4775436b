// How a market of an exchange is named in lists and addresses.

export interface MarketOfKey { readonly exchange: string; readonly market: string; readonly symbol: string }

export const keyOf = (exchange: string, market: string, symbol: string): string => `${exchange}|${market}|${symbol}`;

export function marketOf(key: string): MarketOfKey {
  const [exchange, market, symbol] = key.split('|') as [string, string, string];
  return { exchange, market, symbol };
}
