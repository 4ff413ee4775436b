// The order of one series, as the page keeps it: each closed candle once, in order, whatever is repeated after a reconnect.

/** A candle as the page keeps it; times are milliseconds since 1970, prices exact texts. */
export interface Candle {
  readonly openTime: number;
  readonly closeTime: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string | null;
  readonly isClosed: boolean;
  readonly values?: Readonly<Record<string, string | null>> | undefined;
}

/** A stretch without candles. */
export interface Gap { readonly from: number; readonly to: number; readonly reason: string }

/**
 * What became of a candle: taken as the newest one, known already, replaced by a revision, taken before an open one that had come sooner, or taken behind a hole
 * that nobody had announced.
 */
export type Taking = 'taken' | 'known' | 'revised' | 'between' | 'hole';

export class SeriesOrder {
  readonly closed: Candle[] = [];
  readonly gaps: Gap[] = [];
  open: Candle | null = null;
  /** Closed candles that came again, and were left out. */
  repeated = 0;

  private readonly most: number;

  constructor(most = Infinity) {
    this.most = most;
  }

  /** Open time of the first closed candle that is wanted next; null before the first. */
  get next(): number | null {
    return this.closed.at(-1)?.closeTime ?? null;
  }

  /** Takes a candle of the stream. `quietFrom` says from when on there were no trades before it, so that a jump is none. */
  take(candle: Candle, quietFrom: number | null = null, isRevision = false): Taking {
    if (!candle.isClosed) {
      if ((this.next !== null && candle.openTime < this.next) || (this.open && candle.openTime < this.open.openTime)) {
        return 'known'; // never follows its own close, nor a newer one
      }
      this.open = candle;
      return 'taken';
    }
    const last = this.closed.at(-1);
    if (last && candle.openTime <= last.openTime) {
      return isRevision ? this.revise(candle) : this.repeat();
    }
    const expected = this.next;
    this.closed.push(candle);
    if (this.closed.length > this.most) {
      this.closed.shift();
    }
    this.close();
    const isHole = expected !== null && candle.openTime > expected && (quietFrom === null || quietFrom > expected) && !this.isAnnounced(expected, candle.openTime);
    return isHole ? 'hole' : this.open ? 'between' : 'taken';
  }

  /** Takes a stretch that is missing for good. */
  takeGap(gap: Gap): void {
    if (!this.gaps.some((known) => known.from === gap.from && known.to === gap.to)) {
      this.gaps.push(gap);
    }
  }

  /** Adds older candles of history before those that there are; what is known already is left out. Returns how many came. */
  prepend(candles: readonly Candle[]): number {
    const first = this.closed[0];
    const older = candles.filter((candle) => candle.isClosed && (!first || candle.openTime < first.openTime));
    this.closed.unshift(...older);
    this.close();
    return older.length;
  }

  /** Forgets everything: the server's market began anew. */
  clear(): void {
    this.closed.length = 0;
    this.gaps.length = 0;
    this.open = null;
  }

  /** What is closed is no longer open. */
  private close(): void {
    if (this.open && this.next !== null && this.open.openTime < this.next) {
      this.open = null;
    }
  }

  private repeat(): Taking {
    this.repeated++;
    return 'known';
  }

  private revise(candle: Candle): Taking {
    const index = this.closed.findLastIndex((known) => known.openTime === candle.openTime);
    if (index < 0) {
      return this.repeat();
    }
    this.closed[index] = candle;
    return 'revised';
  }

  private isAnnounced(from: number, to: number): boolean {
    return this.gaps.some((gap) => gap.from <= from && gap.to >= to);
  }
}
