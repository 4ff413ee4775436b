// Messages of the server as they are read.
import { parseExact } from './exact.ts';
import type { AckMessage, ErrorMessage, GapMessage, PaperMessage, QuoteMessage, SignalMessage, SnapshotMessage, StatusMessage } from './stream.gen.ts';

export type Message = AckMessage | ErrorMessage | GapMessage | PaperMessage | QuoteMessage | SignalMessage | SnapshotMessage | StatusMessage | { type: 'heartbeat' };

/** Where a message says of which series it is. */
export type Of = { exchange?: string; market?: string; symbol?: string; interval?: string };

export const keyOf = (of: Of): string => `${of.exchange}|${of.market}|${of.symbol}|${of.interval}`;

/** Reads a message. The prices of a quote without indicators are texts, so that nothing in it has to be kept from becoming a double. */
export const read = (text: string): Message => (text.startsWith('{"type":"quote"') && !text.includes('"values":') ? JSON.parse(text) : parseExact(text)) as Message;

export const timeOf = (text: string | undefined): number | null => (text ? Date.parse(text) : null);
