// What is taken out of a chart.
import type { Candle } from '../core/series.ts';

/** Candles as a table, in their exact digits. */
export function csvOf(candles: readonly Candle[], of: { exchange: string; market: string; symbol: string; interval: string; sandbox: boolean }): string {
  const columns = [...new Set(candles.flatMap((candle) => Object.keys(candle.values ?? {})))];
  const rows = candles.map((candle) => [
    new Date(candle.openTime).toISOString(), candle.open, candle.high, candle.low, candle.close, candle.volume ?? '', ...columns.map((column) => candle.values?.[column] ?? ''),
    of.exchange, of.market, of.symbol, of.interval, ...(of.sandbox ? ['true'] : []),
  ].join(','));
  return `${['open_time', 'open', 'high', 'low', 'close', 'volume', ...columns, 'exchange', 'market', 'symbol', 'interval', ...(of.sandbox ? ['sandbox'] : [])].join(',')}\n${rows.join('\n')}\n`;
}

/** Gives the reader a file. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
