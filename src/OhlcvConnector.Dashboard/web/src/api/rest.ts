// Asks REST: what may be asked, and what is answered, is typed by the server's own description.
import { parseExact, writeExact, type Sent } from './exact.ts';
import type { ErrorAnswer, MistakeRow, Routes } from './rest.gen.ts';

/** Where the key of the session is; it is kept by the browser for this tab alone, and goes with it. */
const KeyName = 'ohlcv.key';

export const sessionKey = {
  get: (): string | null => sessionStorage.getItem(KeyName),
  set: (key: string | null): void => {
    if (key) {
      sessionStorage.setItem(KeyName, key);
    } else {
      sessionStorage.removeItem(KeyName);
    }
  },
};

/** An answer that says no. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly suggestions: readonly string[];
  readonly mistakes: readonly MistakeRow[];

  constructor(status: number, code: string, message: string, suggestions: readonly string[] = [], mistakes: readonly MistakeRow[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.suggestions = suggestions;
    this.mistakes = mistakes;
  }
}

/** What went wrong, in words. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Ask<Route extends keyof Routes> = {
  query?: Partial<Routes[Route]['query']>;
  path?: Routes[Route]['path'];
  body?: Sent<Routes[Route]['body']>;
  signal?: AbortSignal;
};

/** Called when an answer says that a key is needed. */
export const onUnauthorized: { tell: () => void } = { tell: () => undefined };

/** The address of what is asked, relative to the page. */
export function addressOf(path: string, parts: Record<string, string | number> = {}, query: Record<string, unknown> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts[name])));
  const asked = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `.${filled}${asked.length > 0 ? `?${asked.join('&')}` : ''}`;
}

/** Asks a route that the description knows. */
export function ask<Route extends keyof Routes>(route: Route, how: Ask<Route> = {}): Promise<Routes[Route]['answer']> {
  const [method, path] = route.split(' ') as [string, string];
  return askPath(method, addressOf(path, how.path as Record<string, string>, how.query), how.body, how.signal) as Promise<Routes[Route]['answer']>;
}

/** Asks an address. */
export async function askPath(method: string, address: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const key = sessionKey.get();
  if (key) {
    headers['X-Api-Key'] = key;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response: Response;
  try {
    response = await fetch(address, { method, headers, signal: signal ?? null, body: body === undefined ? null : writeExact(body) });
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new RestError(0, 'unreachable', 'The server cannot be reached.');
  }
  const text = await response.text();
  if (response.ok || (response.status === 503 && text.startsWith('{"status"'))) {
    return text === '' ? {} : parseExact(text);
  }
  throw problemOf(response.status, text);
}

function problemOf(status: number, text: string): RestError {
  if (status === 401) {
    onUnauthorized.tell();
  }
  try {
    const said = parseExact(text) as ErrorAnswer;
    return new RestError(status, said.code, said.message, said.suggestions, said.mistakes ?? []);
  } catch {
    return new RestError(status, 'unknown', text.trim() || `The server answered ${status}.`);
  }
}
