// What all pages share: the server, the connection, and what the browser keeps.
import { ask, onUnauthorized, RestError, sessionKey, wordsOf } from './api/rest.ts';
import type { ExchangesAnswer } from './api/rest.gen.ts';
import { Stream, type LinkState, type Socket } from './api/stream.ts';
import { withFrame } from './core/frames.ts';
import { KeptStore, Store } from './core/store.ts';
import type { Zone } from './core/time.ts';
import { texts } from './texts.ts';

export type Theme = 'system' | 'dark' | 'light';

export const theme = new KeptStore<Theme>('ohlcv.theme', 'system', (value) => value === 'system' || value === 'dark' || value === 'light');
export const zone = new KeptStore<Zone>('ohlcv.zone', 'utc', (value) => value === 'utc' || value === 'local');

/** What the server said of itself, and when that was on this machine's clock. */
export interface ServerState { readonly answer: ExchangesAnswer; readonly at: number }

export const server = new Store<ServerState | null>(null);
export const serverProblem = new Store<string | null>(null);
export const link = new Store<LinkState>({ kind: 'connecting' });
export const keyWanted = new Store<'no' | 'yes' | 'wrong'>('no');
/** Something that was done, or went wrong, said once. */
export const notice = new Store<{ readonly text: string; readonly isBad: boolean } | null>(null);

export const tell = (text: string, isBad = false): void => notice.set({ text, isBad });

/** Says what failed, in the server's words. */
export const tellFailure = (error: unknown): void => {
  if (!(error instanceof DOMException && error.name === 'AbortError')) {
    tell(wordsOf(error), true);
  }
};

/** The time of the market: of a sandbox that runs fast, or of another day, not that of this machine. */
export function marketNow(): number {
  const state = server.value;
  return state ? Date.parse(state.answer.time) + (performance.now() - state.at) * Number(state.answer.clockSpeed) : Date.now();
}

export const stream = new Stream({
  connect: () => new WebSocket(new URL('./stream', location.href.replace(/^http/, 'ws').split('#')[0])) as unknown as Socket,
  now: () => performance.now(),
  after: (milliseconds, act) => {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  },
  frame: withFrame,
  random: Math.random,
  key: sessionKey.get,
});

let wasOpen = false;
stream.onState = (state) => {
  link.set(state);
  if (state.kind === 'open') {
    void meetServer();
    if (wasOpen) {
      tell(texts.link.resumed);
    }
    wasOpen = true;
  } else if (state.kind === 'refused') {
    keyWanted.set(sessionKey.get() ? 'wrong' : 'yes');
  }
};

onUnauthorized.tell = () => keyWanted.set(sessionKey.get() ? 'wrong' : 'yes');

/** Asks the server what it is; tries again until it answers. */
export async function meetServer(): Promise<void> {
  try {
    const answer = await ask('GET /v1/exchanges');
    server.set({ answer, at: performance.now() });
    serverProblem.set(null);
    keyWanted.set('no');
  } catch (error) {
    serverProblem.set(wordsOf(error));
    if (!(error instanceof RestError && error.status === 401)) {
      setTimeout(() => void meetServer(), 2_000);
    }
  }
}

/** Takes a key for this session, and connects with it. */
export async function useKey(key: string): Promise<void> {
  sessionKey.set(key.trim());
  await meetServer();
  if (server.value && keyWanted.value === 'no') {
    stream.restart();
  }
}

export function start(): void {
  applyTheme();
  theme.listen(applyTheme);
  void meetServer();
  stream.start();
  addEventListener('online', () => stream.restart());
}

function applyTheme(): void {
  const root = document.documentElement;
  if (theme.value === 'system') {
    delete root.dataset['theme'];
  } else {
    root.dataset['theme'] = theme.value;
  }
}

/** Whether the page is dark now. */
export const isDark = (): boolean => (theme.value === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme.value === 'dark');
