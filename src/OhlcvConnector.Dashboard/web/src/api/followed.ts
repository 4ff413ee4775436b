// What is followed, and how it is asked for in few messages.
import type { OpenQuote } from './newest.ts';
import type { Candle, Gap } from '../core/series.ts';

/** A series, and what is wanted of it. */
export interface Wanted {
  readonly exchange: string;
  readonly market: string;
  readonly symbol: string;
  readonly interval: string;
  /** Number of closed candles that come first. */
  readonly snapshot: number;
  /** Indicators whose values come with each candle. */
  readonly with?: readonly string[];
}

export type Status = 'live' | 'reconnecting' | 'stale';

/** Whoever wants to hear of a series. */
export interface SeriesListener {
  /** A closed candle, or one of the past. */
  onCandle(candle: Candle, quietFrom: number | null, isRevision: boolean): void;
  /** The newest state of the open candle, at most once a frame. */
  onOpen(quote: OpenQuote): void;
  onGap(gap: Gap): void;
  onStatus(status: Status, reason: string | null): void;
  /** The server cannot go on where the series was: it begins anew. */
  onRestart(): void;
  /** The series cannot be followed. */
  onProblem(problem: string): void;
}

/** A series that is followed. */
export interface Followed {
  readonly key: string;
  readonly wanted: Wanted;
  readonly listeners: Map<SeriesListener, Wanted>;
  /** Open time of the next closed candle; null before the first. */
  next: number | null;
  /** The message of the open candle's newest state, which waits for the next frame. */
  newest: string | null;
  isPending: boolean;
  /** Whether the past is wanted again, for somebody who has just come. */
  isRenewed: boolean;
}

/** Series that are asked for in one message, and what it says beside their symbols. */
export interface Batch { readonly request: Readonly<Record<string, unknown>>; readonly series: readonly Followed[] }

const MostSymbols = 50;

/** Puts series that are asked for alike into messages of at most 50. */
export function batchesOf(pending: readonly Followed[]): Batch[] {
  const groups = new Map<string, { request: Record<string, unknown>; series: Followed[] }>();
  for (const one of pending) {
    const request = requestOf(one);
    const key = JSON.stringify(request);
    const group = groups.get(key) ?? { request, series: [] };
    group.series.push(one);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => Array.from({ length: Math.ceil(group.series.length / MostSymbols) },
    (_, part) => ({ request: group.request, series: group.series.slice(part * MostSymbols, (part + 1) * MostSymbols) })));
}

function requestOf(one: Followed): Record<string, unknown> {
  const wishes = [...one.listeners.values()];
  const indicators = [...new Set(wishes.flatMap((wish) => wish.with ?? []))].sort();
  const { exchange, market, interval } = one.wanted;
  return {
    exchange, market, interval, build: true,
    ...(indicators.length > 0 ? { with: indicators } : {}),
    ...(one.next !== null && !one.isRenewed ? { resume_from: one.next } : { snapshot: Math.max(...wishes.map((wish) => wish.snapshot)) }),
  };
}

/** A candle of a message. */
export function candleOf(message: {
  open_time?: string; close_time?: string; open?: string | null; high?: string | null; low?: string | null; close?: string | null; volume?: string | null;
  is_closed?: boolean; values?: Record<string, string | null>;
}): Candle {
  return {
    openTime: Date.parse(message.open_time!), closeTime: Date.parse(message.close_time!), open: message.open!, high: message.high!, low: message.low!,
    close: message.close!, volume: message.volume ?? null, isClosed: message.is_closed === true, values: message.values,
  };
}
