// The candles of a chart: history in pages as far back as it goes, then live.
import { addressOf, askPath, wordsOf } from '../api/rest.ts';
import type { CandleRow, CandlesAnswer } from '../api/rest.gen.ts';
import type { SeriesListener, Status } from '../api/followed.ts';
import type { OpenQuote } from '../api/newest.ts';
import { stream } from '../app.ts';
import { SeriesOrder, type Candle, type Gap } from '../core/series.ts';

const Page = 1_000;

export interface Shown { readonly exchange: string; readonly market: string; readonly symbol: string; readonly interval: string; readonly with: readonly string[] }

/** What a chart is told. */
export interface FeedView {
  /** All candles are others: draw them anew. */
  onAll(): void;
  /** A candle came, or changed, and none is newer. */
  onCandle(candle: Candle): void;
  onState(state: FeedState): void;
}

export interface FeedState { readonly status: Status | 'loading' | 'problem'; readonly reason: string | null; readonly isReading: boolean; readonly isBeginning: boolean }

export class ChartFeed implements SeriesListener {
  readonly order = new SeriesOrder();
  state: FeedState = { status: 'loading', reason: null, isReading: false, isBeginning: false };

  private readonly shown: Shown;
  private readonly view: FeedView;
  private readonly stopped = new AbortController();
  private unfollow: () => void = () => undefined;
  private isRenewing = false;

  constructor(shown: Shown, view: FeedView) {
    this.shown = shown;
    this.view = view;
  }

  async start(): Promise<void> {
    await this.older();
    if (!this.stopped.signal.aborted) {
      const { exchange, market, symbol, interval } = this.shown;
      this.unfollow = stream.follow({ exchange, market, symbol, interval, snapshot: 20, with: this.shown.with }, this);
    }
  }

  stop(): void {
    this.stopped.abort();
    this.unfollow();
  }

  /** Reads a page of history before the first candle. */
  async older(): Promise<void> {
    if (this.state.isReading || this.state.isBeginning || this.stopped.signal.aborted) {
      return;
    }
    this.say({ isReading: true });
    try {
      const { candles, gaps, beforeListing } = await this.read(this.order.closed[0]?.openTime);
      for (const gap of gaps) {
        this.order.takeGap(gapOf(gap));
      }
      const came = this.order.prepend(candles.map(candleOfRow));
      const isBeginning = came === 0 || (beforeListing?.length ?? 0) > 0;
      this.say({ isReading: false, isBeginning, ...(this.state.status === 'problem' ? { status: 'live' as const, reason: null } : {}) });
      if (came > 0) {
        this.view.onAll();
      }
    } catch (error) {
      if (!this.stopped.signal.aborted) {
        this.say({ isReading: false, reason: wordsOf(error), ...(this.order.closed.length === 0 ? { status: 'problem' as const } : {}) });
      }
    }
  }

  onCandle(candle: Candle, quietFrom: number | null, isRevision: boolean): void {
    const isAnew = this.isRenewing;
    if (isAnew) {
      this.isRenewing = false;
      this.order.clear();
      this.say({ isBeginning: false });
      void this.older();
    }
    const taking = this.order.take(candle, quietFrom, isRevision);
    if (taking === 'taken' && !isAnew) {
      this.view.onCandle(candle);
    } else if (taking !== 'known') {
      this.view.onAll();
    }
  }

  onOpen(quote: OpenQuote): void {
    this.onCandle(quote.candle, null, false);
  }

  onGap(gap: Gap): void {
    this.order.takeGap(gap);
    this.view.onAll();
  }

  onStatus(status: Status, reason: string | null): void {
    this.say({ status, reason });
  }

  onRestart(): void {
    this.isRenewing = true;
  }

  onProblem(problem: string): void {
    this.say({ status: 'problem', reason: problem });
  }

  private read(to: number | undefined): Promise<CandlesAnswer> {
    const { exchange, market, symbol, interval } = this.shown;
    const query = { exchange, market, symbol, interval, build: true, limit: Page, to, with: this.shown.with.join(',') };
    return askPath('GET', addressOf(this.shown.with.length > 0 ? '/v1/indicators' : '/v1/candles', {}, query), undefined, this.stopped.signal) as Promise<CandlesAnswer>;
  }

  private say(part: Partial<FeedState>): void {
    this.state = { ...this.state, ...part };
    this.view.onState(this.state);
  }
}

const gapOf = (gap: { from: string; to: string; reason: string }): Gap => ({ from: Date.parse(gap.from), to: Date.parse(gap.to), reason: gap.reason });

export const candleOfRow = (row: CandleRow): Candle => ({
  openTime: Date.parse(row.openTime), closeTime: Date.parse(row.closeTime), open: row.open, high: row.high, low: row.low, close: row.close,
  volume: row.volume, isClosed: row.isClosed, values: row.values as Record<string, string | null> | undefined,
});
