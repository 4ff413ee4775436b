// Open candles come thousands of times a second. Of each series the newest one counts alone: it waits for the next frame, and is read when somebody looks at it.
import { candleOf, type Followed } from './followed.ts';
import { keyOf, read, type Of } from './messages.ts';
import type { Candle } from '../core/series.ts';
import type { QuoteMessage } from './stream.gen.ts';

/** The state of an open candle, as it came. */
export class OpenQuote {
  private readonly text: string;
  private known: Candle | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get candle(): Candle {
    return this.known ??= candleOf(read(this.text) as QuoteMessage);
  }
}

const Interval = '"interval":"';

export class Newest {
  private readonly series: ReadonlyMap<string, Followed>;
  private readonly frame: (act: () => void) => void;
  /** Keys of series by how their messages begin, so that these need not be read. */
  private readonly keys = new Map<string, string>();
  private waiting: Followed[] = [];

  constructor(series: ReadonlyMap<string, Followed>, frame: (act: () => void) => void) {
    [this.series, this.frame] = [series, frame];
  }

  /** Keeps a message if it is an open candle. */
  take(text: string): boolean {
    const end = text.startsWith('{"type":"quote"') ? text.indexOf('"', text.indexOf(Interval) + Interval.length) : -1;
    if (end < 0 || !text.includes('"is_closed":false', end)) {
      return false;
    }
    const one = this.series.get(this.keyIn(text, end));
    if (one) {
      if (one.newest === null && this.waiting.push(one) === 1) {
        this.frame(() => this.tellAll());
      }
      one.newest = text;
    }
    return true;
  }

  /** Tells what waits of a series. */
  tell(one: Followed): void {
    if (one.newest !== null) {
      const quote = new OpenQuote(one.newest);
      one.newest = null;
      one.listeners.forEach((_, listener) => listener.onOpen(quote));
    }
  }

  /** Tells all that waits. */
  tellAll(): void {
    const waiting = this.waiting;
    this.waiting = [];
    waiting.forEach((one) => this.tell(one));
  }

  private keyIn(text: string, end: number): string {
    const beginning = text.slice(0, end);
    let key = this.keys.get(beginning);
    if (key === undefined) {
      key = keyOf(JSON.parse(`${beginning}"}`) as Of);
      this.keys.set(beginning, key);
    }
    return key;
  }
}
