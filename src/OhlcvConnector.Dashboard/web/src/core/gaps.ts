// Stretches of a chart for which there are no candles.
import type { Candle, Gap } from './series.ts';

/** The stretches between candles that do not touch, with the reason where one is known. */
export function gapsOf(candles: readonly Candle[], known: readonly Gap[], without: string): Gap[] {
  const found: Gap[] = [];
  for (let index = 1; index < candles.length; index++) {
    const [from, to] = [candles[index - 1]!.closeTime, candles[index]!.openTime];
    if (to > from) {
      const reason = known.find((gap) => gap.from < to && gap.to > from)?.reason;
      found.push({ from, to, reason: reason ?? without });
    }
  }
  return found;
}

/** Open times of the candles that a gap lacks, at most so many; of a longer gap they are spread evenly, so that it keeps a width on the chart. */
export function timesOf(gap: Gap, length: number, most: number): number[] {
  const count = Math.max(1, Math.round((gap.to - gap.from) / length));
  const shown = Math.min(count, most);
  return Array.from({ length: shown }, (_, index) => gap.from + Math.floor((index * count) / shown) * length);
}
