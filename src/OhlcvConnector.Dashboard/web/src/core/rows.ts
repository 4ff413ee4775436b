// The rows of the table of markets: each follows hours of one market, and makes of them what the table shows.
import type { SeriesListener, Status } from '../api/followed.ts';
import type { OpenQuote } from '../api/newest.ts';
import { stream } from '../app.ts';
import { add, changeOf, larger, smaller } from './decimal.ts';
import { onceAFrame } from './frames.ts';
import { keyOf, marketOf } from './keys.ts';
import { SeriesOrder, type Candle } from './series.ts';
import { KeptStore, Store } from './store.ts';

const Interval = '1h';
const Candles = 24;

/** What the table shows of a market. */
export interface RowView {
  readonly price: string | null;
  readonly change: number | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly volume: string | null;
  readonly closes: readonly number[];
}

/** What closed candles add up to; it changes when one closes. */
interface Past { readonly from: string | null; readonly high: string | null; readonly low: string | null; readonly volume: string | null; readonly closes: readonly number[] }

function pastOf(candles: readonly Candle[]): Past {
  const volumes = candles.map((candle) => candle.volume).filter((volume): volume is string => volume !== null);
  return {
    from: candles[0]?.open ?? null,
    high: candles.length > 0 ? candles.map((candle) => candle.high).reduce(larger) : null,
    low: candles.length > 0 ? candles.map((candle) => candle.low).reduce(smaller) : null,
    volume: volumes.length > 0 ? volumes.reduce(add) : null,
    closes: candles.map((candle) => Number(candle.close)),
  };
}

const Nothing: RowView = { price: null, change: null, high: null, low: null, volume: null, closes: [] };

/** What a row shows of a signal. */
export interface RowSignal {
  readonly exchange: string; readonly market: string; readonly symbol: string; readonly number?: string | null; readonly title: string; readonly direction: string; readonly strength: string;
}

export class MarketRow implements SeriesListener {
  readonly key: string;
  readonly exchange: string;
  readonly market: string;
  readonly symbol: string;
  /** Grows with each change; what was drawn of one version need not be drawn again. */
  version = 0;
  status: Status | 'waiting' | 'problem' = 'waiting';
  reason: string | null = null;
  signal: RowSignal | null = null;
  /** When the newest message came, on the clock of performance.now(). */
  heardAt: number | null = null;
  /** Whether the price that is shown is above the one before (1), below it (-1), or neither. */
  move = 0;
  /** How often the price that is shown became another. */
  moves = 0;

  private readonly order = new SeriesOrder(Candles + 1);
  private readonly changed: (row: MarketRow) => void;
  private view: RowView | null = null;
  private newest: OpenQuote | null = null;
  private shown: RowView = Nothing;
  private price: string | null = null;
  private past: Past | null = null;
  private isRenewing = false;
  private unfollow: () => void = () => undefined;

  constructor(key: string, changed: (row: MarketRow) => void) {
    this.key = key;
    ({ exchange: this.exchange, market: this.market, symbol: this.symbol } = marketOf(key));
    this.changed = changed;
  }

  follow(): void {
    this.unfollow = stream.follow({ exchange: this.exchange, market: this.market, symbol: this.symbol, interval: Interval, snapshot: Candles }, this);
  }

  stop(): void {
    this.unfollow();
  }

  onCandle(candle: Candle, quietFrom: number | null, isRevision: boolean): void {
    this.settle();
    this.take(candle, quietFrom, isRevision);
    this.heardAt = performance.now();
    this.touch();
  }

  onOpen(quote: OpenQuote): void {
    this.newest = quote;
    this.heardAt = performance.now();
    this.touch();
  }

  onGap(): void {
    // the hours around it still say how the day was
  }

  onStatus(status: Status, reason: string | null): void {
    this.status = status;
    this.reason = reason;
    this.touch();
  }

  onRestart(): void {
    this.isRenewing = true; // what is shown stays until something else is known
  }

  onProblem(problem: string): void {
    this.status = 'problem';
    this.reason = problem;
    this.touch();
  }

  onSignal(signal: RowSignal): void {
    this.signal = signal;
    this.touch();
  }

  /** What the table shows now: read when it is looked at, for most rows are not. */
  get look(): RowView {
    this.settle();
    this.view ??= this.shown = this.make();
    return this.view;
  }

  private settle(): void {
    const quote = this.newest;
    if (quote) {
      this.newest = null;
      this.take(quote.candle, null, false);
    }
  }

  private take(candle: Candle, quietFrom: number | null, isRevision: boolean): void {
    if (this.isRenewing) {
      this.order.clear();
      this.isRenewing = false;
    }
    const hadOpen = this.order.open !== null;
    if (this.order.take(candle, quietFrom, isRevision) === 'known') {
      return;
    }
    this.view = null;
    if (candle.isClosed || !hadOpen) {
      this.past = null; // an open candle is one of the 24: there is one closed less beside it
    }
    if (candle.close !== this.price) {
      this.move = this.price === null ? 0 : Math.sign(Number(candle.close) - Number(this.price));
      this.moves++;
      this.price = candle.close;
    }
  }

  private make(): RowView {
    const { closed, open } = this.order;
    if (closed.length === 0 && !open) {
      return this.shown;
    }
    const past = this.past ??= pastOf(closed.slice(-(Candles - (open ? 1 : 0))));
    if (!open) {
      return { ...past, price: closed.at(-1)!.close, change: changeOf(past.from, closed.at(-1)!.close) };
    }
    return {
      price: open.close,
      change: changeOf(past.from ?? open.open, open.close),
      high: past.high === null ? open.high : larger(past.high, open.high),
      low: past.low === null ? open.low : smaller(past.low, open.low),
      volume: open.volume === null ? past.volume : past.volume === null ? open.volume : add(past.volume, open.volume),
      closes: [...past.closes, Number(open.close)],
    };
  }

  private touch(): void {
    this.version++;
    this.changed(this);
  }
}

const areKeys = (value: unknown): boolean => Array.isArray(value) && value.every((key) => typeof key === 'string' && key.split('|').every(Boolean) && key.split('|').length === 3);

/** Keys of the markets that are followed, in the order in which they were added. */
export const watched = new KeptStore<readonly string[] | null>('ohlcv.watched', null, areKeys);
/** The market that a form begins with. */
export const firstMarket = (): string => watched.value?.[0] ?? 'binance|spot|BTC/USDT';
export const favourites = new KeptStore<readonly string[]>('ohlcv.favourites', [], areKeys);
export const rows = new Map<string, MarketRow>();
/** Says, at most once a frame, that some rows have changed. */
export const rowsChanged = new Store(0);

const changed = onceAFrame(() => rowsChanged.set(rowsChanged.value + 1));

/** Follows what is on the list, and nothing else. */
export function followWatched(): void {
  const wanted = new Set(watched.value ?? []);
  for (const [key, row] of rows) {
    if (!wanted.has(key)) {
      row.stop();
      rows.delete(key);
    }
  }
  for (const key of wanted) {
    if (!rows.has(key)) {
      const row = new MarketRow(key, changed);
      rows.set(key, row);
      row.follow();
    }
  }
  changed();
}

export function watch(keys: readonly string[]): void {
  watched.set([...new Set([...(watched.value ?? []), ...keys])]);
}

export function unwatch(keys: readonly string[]): void {
  const gone = new Set(keys);
  watched.set((watched.value ?? []).filter((key) => !gone.has(key)));
}

export function favour(key: string): void {
  const known = favourites.value;
  favourites.set(known.includes(key) ? known.filter((one) => one !== key) : [...known, key]);
}

/** Gives a signal to the row that it is about. */
export function signalToRow(signal: RowSignal): void {
  rows.get(keyOf(signal.exchange, signal.market, signal.symbol))?.onSignal(signal);
}

watched.listen(followWatched);
