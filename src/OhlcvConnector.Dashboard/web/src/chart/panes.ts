// The lines of indicators: which there are, where they are drawn, and how.
import {
  createSeriesMarkers, HistogramSeries, LineSeries, LineStyle, type IChartApi, type ISeriesApi, type SeriesMarker, type Time, type UTCTimestamp,
} from 'lightweight-charts';
import type { IndicatorKindRow } from '../api/rest.gen.ts';
import type { Candle } from '../core/series.ts';

const Colours = ['#6aa7ff', '#f6a04d', '#b58cff', '#34cf9f', '#ff7c93', '#f6c453', '#4fd1e8', '#e58ad8'];
const LightColours = ['#1558c9', '#b45309', '#6d3bd1', '#057a55', '#c22346', '#8a5a00', '#0e7490', '#a21caf'];
const CipherWaves = ['wt1', 'wt2', 'moneyflow', 'vwap', 'rsi'];

interface Line { readonly name: string; readonly series: ISeriesApi<'Line' | 'Histogram'>; readonly isBars: boolean }

/** The kind of an indicator as it was asked for: of ema:9@rsi:14 that of ema. */
export const kindOf = (spec: string, kinds: readonly IndicatorKindRow[]): IndicatorKindRow | undefined => kinds.find((kind) => kind.name === /^\w+/.exec(spec)?.[0]);

/** Whether a column of values belongs to an indicator: rsi:14 itself, or macd.line of macd. */
export const belongs = (column: string, spec: string): boolean => column === spec || column.startsWith(`${spec}.`);

export class Indicators {
  private readonly chart: IChartApi;
  private readonly kinds: readonly IndicatorKindRow[];
  private readonly specs: readonly string[];
  private readonly isDark: boolean;
  private lines: Line[] = [];
  private dots: { column: string; markers: { setMarkers(markers: SeriesMarker<Time>[]): void } } | null = null;

  constructor(chart: IChartApi, specs: readonly string[], kinds: readonly IndicatorKindRow[], isDark: boolean) {
    [this.chart, this.specs, this.kinds, this.isDark] = [chart, specs, kinds, isDark];
  }

  /** Draws all values anew. */
  draw(candles: readonly Candle[], gaps: readonly { time: UTCTimestamp }[]): void {
    if (this.lines.length === 0) {
      this.make(candles);
    }
    for (const line of this.lines) {
      const points = candles.map((candle) => this.point(line, candle));
      line.series.setData([...points, ...gaps].sort((a, b) => Number(a.time) - Number(b.time)));
    }
    const dots = this.dots;
    dots?.markers.setMarkers(candles.flatMap((candle) => dotOf(candle, dots.column)));
  }

  /** Draws the values of a candle that came or changed. */
  update(candle: Candle): void {
    for (const line of this.lines) {
      line.series.update(this.point(line, candle));
    }
  }

  /** The newest values in words, for who cannot see the lines. */
  static words(candle: Candle | undefined): string {
    return Object.entries(candle?.values ?? {}).filter(([, value]) => value !== null).map(([name, value]) => `${name} ${Number(value).toPrecision(6)}`).join(', ');
  }

  private make(candles: readonly Candle[]): void {
    const columns = Object.keys(candles.find((candle) => candle.values)?.values ?? {});
    let pane = 1;
    let colour = 0;
    for (const spec of this.specs) {
      const kind = kindOf(spec, this.kinds);
      const isCipher = kind?.name === 'cipher';
      const own = columns.filter((column) => belongs(column, spec) && (!isCipher || CipherWaves.includes(column.slice(spec.length + 1))));
      let isPaneUsed = false;
      for (const column of own) {
        const onPrices = kind?.onPrices ?? arePrices(candles, column);
        isPaneUsed ||= !onPrices;
        const isBars = /\.(histogram|moneyflow)$/.test(column);
        const options = {
          title: isCipher ? '' : column.length > 16 ? column.slice(column.lastIndexOf('.') + 1) : column, priceLineVisible: false, lastValueVisible: !isCipher, lineWidth: 1.5 as never,
          color: (this.isDark ? Colours : LightColours)[colour++ % Colours.length]!, crosshairMarkerVisible: false,
        };
        const series = isBars ? this.chart.addSeries(HistogramSeries, options, onPrices ? 0 : pane)
          : this.chart.addSeries(LineSeries, { ...options, lineStyle: /signal|wt2/.test(column) ? LineStyle.Dashed : LineStyle.Solid }, onPrices ? 0 : pane);
        this.lines.push({ name: column, series: series as Line['series'], isBars });
        if (isCipher && column.endsWith('.wt2')) {
          this.dots = { column: `${spec}.dot`, markers: createSeriesMarkers(series, []) };
        }
      }
      pane += isPaneUsed ? 1 : 0;
    }
  }

  private point(line: Line, candle: Candle) {
    const text = candle.values?.[line.name];
    const time = (candle.openTime / 1_000) as UTCTimestamp;
    if (text === null || text === undefined) {
      return { time };
    }
    const value = Number(text);
    return line.isBars ? { time, value, color: value >= 0 ? (this.isDark ? '#34cf9f88' : '#057a5588') : this.isDark ? '#ff7c9388' : '#c2234688' } : { time, value };
  }
}

/** Whether values look like prices: all of the last ones are near the candle's. Only asked of indicators of which some outputs are prices. */
function arePrices(candles: readonly Candle[], column: string): boolean {
  const last = candles.slice(-100).filter((candle) => candle.values?.[column] !== null && candle.values?.[column] !== undefined);
  return last.length > 0 && last.every((candle) => Number(candle.values![column]) > Number(candle.low) / 2 && Number(candle.values![column]) < Number(candle.high) * 2);
}

/** The dots of the quantum cipher: green and red where the waves cross, gold for a divergence after a deep low. */
function dotOf(candle: Candle, column: string): SeriesMarker<Time>[] {
  const dot = Number(candle.values?.[column] ?? 0);
  const colour = dot === 1 ? '#34cf9f' : dot === -1 ? '#ff5d78' : dot === 2 ? '#f6c453' : null;
  return colour ? [{ time: (candle.openTime / 1_000) as UTCTimestamp, position: 'inBar', shape: 'circle', color: colour, size: 1.4 }] : [];
}
