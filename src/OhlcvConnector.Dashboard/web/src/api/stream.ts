// The one WebSocket of the page: follows series, signals and paper accounts; after a cut it connects again by itself and resumes where each series was.
import { keyOf, read, timeOf, type Message, type Of } from './messages.ts';
import { Newest } from './newest.ts';
import { Pace } from './pace.ts';
import { batchesOf, candleOf, type Batch, type Followed, type SeriesListener, type Wanted } from './followed.ts';
import type { AckMessage, ErrorMessage, PaperMessage, SignalMessage } from './stream.gen.ts';

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly until: number; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What the stream needs of the browser; tests give their own. */
export interface Surroundings {
  connect(): Socket;
  now(): number;
  after(milliseconds: number, act: () => void): () => void;
  /** Does something before the page is drawn next; later where it is not seen. */
  frame(act: () => void): void;
  random(): number;
  key(): string | null;
}

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(): void;
}

const Silence = 40_000; // the server says something every 15 s
const LongestWait = 15_000;
const Gathering = 15; // what is wanted within so many ms is asked for in one message
const Leaving = 3_000; // a series that is wanted again soon is not left
const RetryAfter = 5_000;

export class Stream {
  onState: (state: LinkState) => void = () => undefined;
  onSignal: (signal: SignalMessage) => void = () => undefined;
  onPaper: (message: PaperMessage) => void = () => undefined;
  /** Why signals or paper accounts cannot be followed; null while they can. */
  onChannel: (channel: 'signals' | 'paper', problem: string | null) => void = () => undefined;

  private readonly around: Surroundings;
  private readonly pace: Pace;
  private readonly series = new Map<string, Followed>();
  private readonly newest: Newest;
  private readonly asked = new Map<number, Batch | 'signals' | 'paper'>();
  private readonly channels = new Set<'signals' | 'paper'>();
  private socket: Socket | null = null;
  private isOpen = false;
  private attempt = 0;
  private id = 0;
  private cancelWait: () => void = () => undefined;
  private cancelSilence: () => void = () => undefined;
  private isGathering = false;
  private heardAt = 0;

  constructor(around: Surroundings) {
    this.around = around;
    this.pace = new Pace(80, 60_000, around);
    this.newest = new Newest(this.series, (act) => around.frame(act));
  }

  /** Connects; does nothing while there is a connection. */
  start(): void {
    if (!this.socket) {
      this.cancelWait();
      this.open();
    }
  }

  /** Connects anew: with another key, or because the network is there again. */
  restart(): void {
    this.drop('restart');
    this.attempt = 0;
    this.start();
  }

  /** Follows a series until the function that comes back is called. */
  follow(wanted: Wanted, listener: SeriesListener): () => void {
    const key = keyOf(wanted);
    let one = this.series.get(key);
    if (!one) {
      one = { key, wanted, listeners: new Map(), next: null, newest: null, isPending: true, isRenewed: false };
      this.series.set(key, one);
    }
    one.listeners.set(listener, wanted);
    one.isPending = true;
    one.isRenewed = true; // a new listener wants the past, too
    this.gather();
    return () => this.leave(one, listener);
  }

  /** Follows signals or paper accounts from now on. */
  join(channel: 'signals' | 'paper'): void {
    if (!this.channels.has(channel)) {
      this.channels.add(channel);
      if (this.isOpen) {
        this.askChannel(channel);
      }
    }
  }

  private open(): void {
    this.onState({ kind: 'connecting' });
    const socket = this.around.connect();
    this.socket = socket;
    this.heardAt = this.around.now();
    this.watchSilence();
    socket.onopen = () => {
      this.isOpen = true;
      this.attempt = 0;
      this.onState({ kind: 'open' });
      this.channels.forEach((channel) => this.askChannel(channel));
      this.series.forEach((one) => { one.isPending = true; });
      this.flush();
    };
    socket.onmessage = (event) => {
      this.heardAt = this.around.now();
      if (typeof event.data === 'string' && !this.newest.take(event.data)) {
        this.take(read(event.data));
      }
    };
    socket.onclose = (event) => this.ended(event.reason || `closed, ${event.code}`, event.code === 1008);
  }

  /** Ends the connection, and makes no other by itself. */
  private drop(reason: string): void {
    this.hangUp(reason);
    this.cancelWait();
  }

  private hangUp(reason: string): void {
    const socket = this.socket;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      this.ended(reason, false);
    }
  }

  private ended(reason: string, isRefused: boolean): void {
    this.socket = null;
    this.isOpen = false;
    this.newest.tellAll();
    this.cancelSilence();
    this.pace.clear();
    this.asked.clear();
    this.series.forEach((one) => one.listeners.forEach((_, listener) => listener.onStatus('reconnecting', reason)));
    if (isRefused) {
      this.onState({ kind: 'refused', reason });
      return;
    }
    this.attempt++;
    const wait = Math.min(LongestWait, 500 * 2 ** (this.attempt - 1)) * (0.5 + this.around.random() / 2);
    this.onState({ kind: 'waiting', attempt: this.attempt, until: this.around.now() + wait, reason });
    this.cancelWait = this.around.after(wait, () => this.open());
  }

  /** Ends a connection over which nothing comes. There may be thousands of messages a second: each only notes when it came. */
  private watchSilence(wait = Silence): void {
    this.cancelSilence = this.around.after(wait, () => {
      const left = this.heardAt + Silence - this.around.now();
      if (left > 0) {
        this.watchSilence(left);
      } else {
        this.hangUp('silent');
      }
    });
  }

  private leave(one: Followed, listener: SeriesListener): void {
    one.listeners.delete(listener);
    if (one.listeners.size > 0) {
      return;
    }
    this.around.after(Leaving, () => {
      if (one.listeners.size === 0 && this.series.get(one.key) === one) {
        this.series.delete(one.key);
        const { exchange, market, symbol, interval } = one.wanted;
        this.say({ op: 'unsubscribe', exchange, market, interval, symbols: [symbol] }, null);
      }
    });
  }

  private gather(): void {
    if (!this.isGathering) {
      this.isGathering = true;
      this.around.after(Gathering, () => {
        this.isGathering = false;
        this.flush();
      });
    }
  }

  private flush(): void {
    if (this.isOpen) {
      const pending = [...this.series.values()].filter((one) => one.isPending && one.listeners.size > 0);
      batchesOf(pending).forEach((batch) => this.askBatch(batch));
    }
  }

  private askBatch(batch: Batch): void {
    batch.series.forEach((one) => { one.isPending = one.isRenewed = false; });
    this.say({ op: 'subscribe', channel: 'ohlcv', decimals: 'string', ...batch.request, symbols: batch.series.map((one) => one.wanted.symbol) }, batch);
  }

  private askChannel(channel: 'signals' | 'paper'): void {
    this.say({ op: 'subscribe', channel, ...(channel === 'signals' ? { snapshot: 200 } : {}) }, channel);
  }

  private say(message: Record<string, unknown>, about: Batch | 'signals' | 'paper' | null): void {
    this.pace.add(() => {
      if (this.socket && this.isOpen) {
        const id = ++this.id;
        if (about) {
          this.asked.set(id, about);
        }
        const key = this.around.key();
        this.socket.send(JSON.stringify({ ...message, id, ...(key ? { key } : {}) }));
      }
    });
  }

  private take(message: Message): void {
    switch (message.type) {
      case 'quote': {
        this.each(message, (listener) => listener.onCandle(candleOf(message), timeOf(message.quiet_from), message.is_revision === true));
        this.advance(message);
        break;
      }
      case 'snapshot':
        for (const candle of message.candles ?? []) {
          const whole = { ...message, ...candle };
          this.each(message, (listener) => listener.onCandle(candleOf(whole), timeOf(candle.quiet_from), candle.is_revision === true));
          this.advance(whole);
        }
        break;
      case 'gap':
        this.each(message, (listener) => listener.onGap({ from: Date.parse(message.from!), to: Date.parse(message.to!), reason: message.reason! }));
        break;
      case 'status': this.each(message, (listener) => listener.onStatus(message.status!, message.reason ?? null)); break;
      case 'signal': this.onSignal(message); break;
      case 'paper': this.onPaper(message); break;
      case 'ack': this.acknowledged(message); break;
      case 'error': this.refused(message); break;
      default: break; // a heartbeat, or what a later server says
    }
  }

  private each(of: Of, act: (listener: SeriesListener) => void): void {
    const one = this.series.get(keyOf(of));
    if (one) {
      this.newest.tell(one); // what came before comes first
      one.listeners.forEach((_, listener) => act(listener));
    }
  }

  private advance(of: Of & { is_closed?: boolean; close_time?: string }): void {
    const one = this.series.get(keyOf(of));
    if (one && of.is_closed) {
      one.next = Math.max(one.next ?? 0, Date.parse(of.close_time!));
    }
  }

  private acknowledged(ack: AckMessage): void {
    const about = this.asked.get(Number(ack.id));
    this.asked.delete(Number(ack.id));
    if (typeof about === 'string') {
      this.onChannel(about, null);
      return;
    }
    for (const answer of ack.op === 'subscribe' ? ack.subscriptions ?? [] : []) {
      this.each(answer, (listener) => {
        listener.onStatus(answer.status ?? 'live', null);
        if (answer.missing?.from && answer.missing.to) {
          listener.onGap({ from: Date.parse(answer.missing.from), to: Date.parse(answer.missing.to), reason: answer.missing.reason ?? '' });
        }
      });
    }
  }

  private refused(error: ErrorMessage): void {
    if (error.code === 'unauthorized') {
      this.drop('unauthorized');
      this.onState({ kind: 'refused', reason: error.message });
      return;
    }
    const about = this.asked.get(Number(error.id));
    this.asked.delete(Number(error.id));
    if (error.code === 'rate_limited') {
      this.pace.pause(Number(error.retry_after_ms ?? RetryAfter));
    }
    if (typeof about === 'string') {
      this.onChannel(about, error.message);
    } else if (about) {
      this.refusedBatch(about, error);
    }
  }

  private refusedBatch(batch: Batch, error: ErrorMessage): void {
    const again = () => {
      batch.series.forEach((one) => { one.isPending = true; });
      this.gather();
    };
    if (error.code === 'rate_limited') {
      again();
    } else if (error.code === 'upstream_unavailable') {
      this.around.after(RetryAfter, again);
    } else if (batch.request.resume_from !== undefined) {
      // What it was is too long ago for the server, or its clock was set back (a sandbox that began anew): the series begins anew, too.
      batch.series.forEach((one) => {
        one.next = null;
        one.listeners.forEach((_, listener) => listener.onRestart());
      });
      again();
    } else if (batch.series.length > 1) {
      const half = Math.ceil(batch.series.length / 2); // one of them is refused: which, is found by halves
      this.askBatch({ ...batch, series: batch.series.slice(0, half) });
      this.askBatch({ ...batch, series: batch.series.slice(half) });
    } else {
      batch.series[0]?.listeners.forEach((_, listener) => listener.onProblem(error.message));
    }
  }
}
