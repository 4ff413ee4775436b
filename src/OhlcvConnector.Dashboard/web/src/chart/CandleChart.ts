// One chart: candles, volume, indicators, gaps, lines, profile and markers, on TradingView's Lightweight Charts.
import {
  CandlestickSeries, ColorType, createChart, createSeriesMarkers, createTextWatermark, CrosshairMode, HistogramSeries, PriceScaleMode, TickMarkType,
  type IChartApi, type ISeriesApi, type ISeriesMarkersPluginApi, type MouseEventParams, type Time, type UTCTimestamp,
} from 'lightweight-charts';
import type { IndicatorKindRow } from '../api/rest.gen.ts';
import { placesOf } from '../core/decimal.ts';
import { onceAFrame } from '../core/frames.ts';
import { gapsOf, timesOf } from '../core/gaps.ts';
import type { Candle, Gap, SeriesOrder } from '../core/series.ts';
import { clock, day, moment, type Zone } from '../core/time.ts';
import { texts } from '../texts.ts';
import { gathered, laid, wordsOf, type Mark } from './labels.ts';
import { Indicators } from './panes.ts';
import { Gaps, Lines, ProfileBars, type DrawnLine, type LinePoint, type Profile } from './primitives.ts';

export interface Look { readonly isDark: boolean; readonly zone: Zone; readonly isLog: boolean; readonly watermark: string | null }

const MostGapBars = 60;
const Months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** All charts of the page: the cursor of one is shown in the others. */
const together = new Set<CandleChart>();

export class CandleChart {
  readonly chart: IChartApi;
  /** Stretches without candles. */
  holes: readonly Gap[] = [];
  onCursor: (candle: Candle | null) => void = () => undefined;
  onBeginning: () => void = () => undefined;
  onRange: () => void = () => undefined;
  onLine: (line: DrawnLine) => void = () => undefined;

  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly volume: ISeriesApi<'Histogram'>;
  private readonly marks: ISeriesMarkersPluginApi<Time>;
  private readonly gaps = new Gaps();
  private readonly lines = new Lines();
  private readonly profile = new ProfileBars();
  private readonly indicators: Indicators;
  private readonly order: SeriesOrder;
  private readonly length: number;
  private readonly look: Look;
  private isDrawing = false;
  private places = 2;
  private marked: readonly Mark[] = [];
  private readonly layMarks = onceAFrame(() => this.listening.signal.aborted || this.marks.setMarkers(laid(this.marked, (time) => this.chart.timeScale().timeToCoordinate(time))));
  private pressed: { readonly clientX: number; readonly clientY: number } | null = null;
  private readonly listening = new AbortController();

  constructor(box: HTMLElement, order: SeriesOrder, length: number, specs: readonly string[], kinds: readonly IndicatorKindRow[], look: Look) {
    [this.order, this.length, this.look] = [order, length, look];
    const dark = look.isDark;
    const [text, line, up, down] = dark ? ['#9dacc6', '#1a2438', '#34cf9f', '#ff7c93'] : ['#526079', '#e4e9f2', '#0a8f66', '#d63358'];
    this.chart = createChart(box, {
      autoSize: true,
      layout: {
        background: { type: ColorType.Solid, color: dark ? '#101828' : '#ffffff' }, textColor: text, fontFamily: 'system-ui, sans-serif', attributionLogo: true,
        panes: { separatorColor: line, separatorHoverColor: dark ? '#223049' : '#d5dcea' },
      },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: { borderColor: line, mode: look.isLog ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal },
      timeScale: {
        borderColor: line, timeVisible: true, secondsVisible: length < 60_000, rightOffset: 6, minBarSpacing: 0.6,
        tickMarkFormatter: (time: Time, kind: TickMarkType) => tick(Number(time) * 1_000, kind, look.zone),
      },
      localization: { timeFormatter: (time: Time) => moment(Number(time) * 1_000, look.zone, length < 60_000) },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, { upColor: up, downColor: down, borderVisible: false, wickUpColor: up, wickDownColor: down });
    this.volume = this.chart.addSeries(HistogramSeries, { priceScaleId: '', priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.18 } });
    this.marks = createSeriesMarkers(this.candles, []);
    this.indicators = new Indicators(this.chart, specs, kinds, dark);
    this.gaps.colour = dark ? '#f6c453' : '#8a5a00';
    this.gaps.ground = dark ? '#101828' : '#ffffff';
    this.gaps.word = texts.chart.gap;
    this.lines.colour = dark ? '#8fbdff' : '#1558c9';
    this.lines.place = (time) => this.placeOf(time);
    [this.gaps, this.profile, this.lines].forEach((one) => this.candles.attachPrimitive(one));
    if (look.watermark) { // so that an exported picture says it, too
      createTextWatermark(this.chart.panes()[0]!, { horzAlign: 'left', vertAlign: 'top', lines: [
        { text: look.watermark, color: dark ? '#f6c453aa' : '#8a5a00aa', fontSize: 15, fontStyle: 'bold' }] });
    }
    together.add(this);
    this.chart.subscribeCrosshairMove((event) => this.cursor(event));
    box.addEventListener('pointerdown', (event) => { this.pressed = event; }, { signal: this.listening.signal, capture: true });
    box.addEventListener('click', (event) => this.click(event, box), { signal: this.listening.signal });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && range.from < 60) {
        this.onBeginning();
      }
      this.layMarks();
      this.onRange();
    });
  }

  remove(): void {
    this.listening.abort();
    together.delete(this);
    this.chart.remove();
  }

  /** Draws everything anew. */
  drawAll(): void {
    const all = this.order.open ? [...this.order.closed, this.order.open] : this.order.closed;
    const gaps = gapsOf(all, this.order.gaps, texts.chart.gapWithout).map((gap) => ({ gap, times: timesOf(gap, this.length, MostGapBars) }));
    const empty = gaps.flatMap(({ times }) => times.map((time) => ({ time: (time / 1_000) as UTCTimestamp })));
    const sorted = <T extends { time: Time }>(points: T[]) => [...points, ...empty].sort((a, b) => Number(a.time) - Number(b.time));
    const last = all.at(-1);
    if (last) {
      this.places = Math.max(...all.slice(-50).map((candle) => placesOf(candle.close)), 2);
      this.candles.applyOptions({ priceFormat: { type: 'price', precision: Math.min(this.places, 12), minMove: 10 ** -Math.min(this.places, 12) } });
    }
    this.holes = gaps.map(({ gap }) => gap);
    this.gaps.gaps = gaps.map(({ gap, times }) => ({ ...gap, firstTime: times[0]!, lastTime: times.at(-1)! }));
    this.candles.setData(sorted(all.map(barOf)));
    this.volume.setData(sorted(all.map((candle) => this.volumeOf(candle))));
    this.indicators.draw(all, empty);
  }

  /** Draws a candle that came or changed. */
  update(candle: Candle): void {
    this.candles.update(barOf(candle));
    this.volume.update(this.volumeOf(candle));
    this.indicators.update(candle);
  }

  setMarkers(marks: readonly Mark[]): void {
    this.marked = gathered(marks);
    this.layMarks();
  }

  /** What is marked on a candle, in words. */
  marksAt(openTime: number): string[] {
    return this.marked.filter((mark) => Number(mark.time) * 1_000 === openTime).flatMap(wordsOf);
  }

  setProfile(profile: Profile | null): void {
    this.profile.update(profile);
  }

  setLines(lines: readonly DrawnLine[]): void {
    this.lines.lines = lines;
    this.lines.update();
  }

  /** The next two clicks make a line. */
  drawLine(isOn: boolean): void {
    this.isDrawing = isOn;
    this.lines.pending = null;
    this.lines.update();
  }

  /** Times that are seen now, in milliseconds. */
  seen(): { from: number; to: number } | null {
    const range = this.chart.timeScale().getVisibleRange();
    return range && { from: Number(range.from) * 1_000, to: Number(range.to) * 1_000 + this.length };
  }

  /** The candle that has a time in it. */
  at(time: number): Candle | null {
    const { closed, open } = this.order;
    if (open && time >= open.openTime) {
      return time < open.closeTime ? open : null;
    }
    let [low, high] = [0, closed.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const candle = closed[middle]!;
      if (time < candle.openTime) {
        high = middle - 1;
      } else if (time >= candle.closeTime) {
        low = middle + 1;
      } else {
        return candle;
      }
    }
    return null;
  }

  private cursor(event: MouseEventParams): void {
    const time = event.time === undefined ? null : Number(event.time) * 1_000;
    const candle = time === null ? null : this.at(time);
    this.onCursor(candle);
    if (this.lines.pending && event.point) {
      this.lines.pending = { ...this.lines.pending, x: event.point.x, y: event.point.y };
      this.lines.update();
    }
    if (!event.sourceEvent) {
      return; // it was set by another chart
    }
    for (const other of together) {
      if (other !== this) {
        const there = time === null ? null : other.at(time);
        if (there) {
          other.chart.setCrosshairPosition(Number(there.close), (there.openTime / 1_000) as UTCTimestamp, other.candles);
          other.onCursor(there);
        } else {
          other.chart.clearCrosshairPosition();
          other.onCursor(null);
        }
      }
    }
  }

  /** A click of the browser's own: the chart's drops one that comes soon after another. */
  private click(event: MouseEvent, box: HTMLElement): void {
    const { left, top } = box.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const isDragged = this.pressed !== null && Math.hypot(event.clientX - this.pressed.clientX, event.clientY - this.pressed.clientY) > 5;
    const time = this.chart.timeScale().coordinateToTime(x);
    const price = y < this.chart.panes()[0]!.getHeight() ? this.candles.coordinateToPrice(y) : null;
    if (!this.isDrawing || isDragged || time === null || price === null) {
      return;
    }
    const point: LinePoint = { time: Number(time) * 1_000, price: Number(price) };
    if (!this.lines.pending) {
      this.lines.pending = { from: point, x, y };
    } else {
      this.onLine({ from: this.lines.pending.from, to: point });
      this.lines.pending = null;
    }
    this.lines.update();
  }

  private placeOf(time: number): number | null {
    const candle = this.at(time);
    return this.chart.timeScale().timeToCoordinate(((candle?.openTime ?? time) / 1_000) as UTCTimestamp);
  }

  private volumeOf(candle: Candle) {
    const time = (candle.openTime / 1_000) as UTCTimestamp;
    const isUp = Number(candle.close) >= Number(candle.open);
    return candle.volume === null ? { time } : { time, value: Number(candle.volume), color: this.look.isDark ? (isUp ? '#34cf9f55' : '#ff7c9355') : isUp ? '#0a8f6655' : '#d6335855' };
  }
}

const barOf = (candle: Candle) => ({
  time: (candle.openTime / 1_000) as UTCTimestamp, open: Number(candle.open), high: Number(candle.high), low: Number(candle.low), close: Number(candle.close),
});

function tick(time: number, kind: TickMarkType, zone: Zone): string {
  const [year, month, date] = day(time, zone).split('-') as [string, string, string];
  switch (kind) {
    case TickMarkType.Year: return year;
    case TickMarkType.Month: return Months[Number(month) - 1]!;
    case TickMarkType.DayOfMonth: return String(Number(date));
    default: return clock(time, zone, kind === TickMarkType.TimeWithSeconds);
  }
}
