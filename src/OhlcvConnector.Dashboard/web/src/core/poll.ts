// What is asked again and again while it is shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import { link } from '../app.ts';
import { RestError } from '../api/rest.ts';

export interface Polled<T> { readonly data: T | null; readonly problem: RestError | null; again(): void }

/**
 * Asks at once, then every so many milliseconds, with each beat, and when the connection is there again. What was known stays while an answer fails or is
 * awaited; it goes when it is of something else. The time may depend on what is known.
 */
export function usePoll<T>(
  ask: (signal: AbortSignal) => Promise<T>, time: number | ((known: T | null) => number), of: readonly unknown[] = [], beat = 0,
): Polled<T> {
  const [state, setState] = useState<{ data: T | null; problem: RestError | null }>({ data: null, problem: null });
  const [count, again] = useState(0);
  const every = typeof time === 'number' ? time : time(state.data);
  const key = JSON.stringify(of);
  const shown = useRef(key);
  useEffect(() => {
    const stop = new AbortController();
    if (shown.current !== key) {
      shown.current = key;
      setState({ data: null, problem: null });
    }
    const look = () => ask(stop.signal).then((data) => !stop.signal.aborted && setState({ data, problem: null }), (error: unknown) => {
      if (!stop.signal.aborted) {
        setState((known) => ({ ...known, problem: error instanceof RestError ? error : new RestError(0, 'unknown', String(error)) }));
      }
    });
    void look();
    const timer = every > 0 ? setInterval(() => document.hidden || void look(), every) : 0;
    const unlisten = link.listen(() => link.value.kind === 'open' && void look());
    return () => { stop.abort(); clearInterval(timer); unlisten(); };
  }, [key, every, count, beat]);
  return { ...state, again: () => again((known) => known + 1) };
}
