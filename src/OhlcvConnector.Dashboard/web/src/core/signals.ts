// The newest signals, from history and as they come; each once.
import { ask } from '../api/rest.ts';
import type { SignalRow } from '../api/rest.gen.ts';
import type { SignalMessage } from '../api/stream.gen.ts';
import { stream } from '../app.ts';
import { onceAFrame } from './frames.ts';
import { signalToRow } from './rows.ts';
import { Store } from './store.ts';

const Most = 1_000;

export const signals = new Store<readonly SignalRow[]>([]);

/** Adds signals to those that are known: newest first, each once, with what is known of the time after. */
export function merged(known: readonly SignalRow[], more: readonly SignalRow[]): SignalRow[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  for (const one of more) {
    byId.set(one.id, { ...byId.get(one.id), ...one, after: one.after ?? byId.get(one.id)?.after ?? null } as SignalRow);
  }
  return [...byId.values()].sort((a, b) => Date.parse(b.closeTime) - Date.parse(a.closeTime) || Number(b.number ?? 0) - Number(a.number ?? 0)).slice(0, Most);
}

export const rowOfMessage = (message: SignalMessage): SignalRow => ({
  number: message.number, id: message.id, exchange: message.exchange, market: message.market, symbol: message.symbol, venueSymbol: message.venue_symbol,
  interval: message.interval, closeTime: message.close_time, rule: message.rule, version: message.version, title: message.title, direction: message.direction,
  strength: message.strength, price: message.price, validUntil: message.valid_until, parts: message.parts, ...(message.late ? { late: true } : {}),
});

let waiting: SignalRow[] = [];
const showWaiting = onceAFrame(() => {
  const more = waiting;
  waiting = [];
  signals.set(merged(signals.value, more));
});

/** Follows signals from now on. */
export function followSignals(): void {
  stream.onSignal = (message) => {
    signalToRow(message);
    waiting.push(rowOfMessage(message));
    showWaiting();
  };
  stream.join('signals');
}

/** Reads what came after the signals that are shown, and those that were missed. */
export async function refreshSignals(stop?: AbortSignal): Promise<void> {
  const answer = await ask('GET /api/v1/signals', { query: { limit: 200 }, ...(stop ? { signal: stop } : {}) });
  signals.set(merged(signals.value, answer.signals));
  answer.signals.slice().reverse().forEach((one) => signalToRow(one));
}

/** Reads a page of older signals; returns whether there may be more. */
export async function olderSignals(): Promise<boolean> {
  const numbers = signals.value.map((one) => Number(one.number ?? Infinity));
  const cursor = Math.min(...numbers);
  const answer = await ask('GET /api/v1/signals', { query: { limit: 200, cursor: String(cursor) } });
  signals.set(merged(signals.value, answer.signals));
  return answer.nextCursor !== undefined && answer.nextCursor !== null;
}
