// A value that parts of the page look at, and that says when it changes.
import { useEffect, useReducer } from 'preact/hooks';

export class Store<T> {
  private current: T;
  private readonly listeners = new Set<() => void>();

  constructor(value: T) {
    this.current = value;
  }

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    if (value !== this.current) {
      this.current = value;
      this.tell();
    }
  }

  /** Says that what is in the value has changed. */
  tell(): void {
    this.listeners.forEach((listener) => listener());
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The value, for a component that is drawn again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, again] = useReducer<number, void>((count) => count + 1, 0);
  useEffect(() => store.listen(() => again()), [store]);
  return store.value;
}

/** What the browser keeps under a name; the standard where that is nothing, or not what is right. */
export function readKept<T>(name: string, standard: T, isRight: (value: unknown) => boolean): T {
  try {
    const value = JSON.parse(localStorage.getItem(name) ?? 'null') as unknown;
    return value !== null && isRight(value) ? (value as T) : standard;
  } catch {
    return standard; // kept by an older page, or not readable here
  }
}

/** Has the browser keep a value; never a key. */
export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing still shows everything
  }
}

/** A value that the browser keeps. */
export class KeptStore<T> extends Store<T> {
  constructor(name: string, standard: T, isRight: (value: unknown) => boolean) {
    super(readKept(name, standard, isRight));
    this.listen(() => keep(name, this.value));
  }
}
