import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeriesListener } from '../src/api/followed.ts';
import type { OpenQuote } from '../src/api/newest.ts';
import { Stream, type LinkState, type Socket } from '../src/api/stream.ts';
import { SeriesOrder, type Candle } from '../src/core/series.ts';

/** A clock that moves when it is told, and sockets that a test answers. */
class Stage {
  time = 0;
  sockets: FakeSocket[] = [];
  states: LinkState[] = [];
  stream: Stream;
  private timers: { at: number; act: () => void }[] = [];

  constructor(key: string | null = null) {
    this.stream = new Stream({
      connect: () => {
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket;
      },
      now: () => this.time, random: () => 0.5, key: () => key, frame: (act) => { this.timers.push({ at: this.time + 16, act }); },
      after: (wait, act) => {
        const timer = { at: this.time + wait, act };
        this.timers.push(timer);
        return () => { this.timers = this.timers.filter((one) => one !== timer); };
      },
    });
    this.stream.onState = (state) => this.states.push(state);
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }

  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) {
        break;
      }
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.act();
    }
    this.time = end;
  }

  opened(): this {
    this.stream.start();
    this.socket.onopen!();
    return this;
  }
}

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  sent: Record<string, unknown>[] = [];
  isClosed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  hear(message: object): void {
    this.onmessage!({ data: JSON.stringify(message) });
  }

  quote(at: number, close: string, isClosed: boolean, symbol = 'BTC/USDT'): void {
    this.hear({
      type: 'quote', exchange: 'binance', market: 'spot', symbol, interval: '1m', seq: at, epoch: 'e', open_time: iso(at), close_time: iso(at + 1),
      open: '1', high: '2', low: '1', close, volume: '1', is_closed: isClosed,
    });
  }

  closed(at: number, symbol = 'BTC/USDT', close = '1.10'): void {
    this.quote(at, close, true, symbol);
  }

  open(at: number, close: string): void {
    this.quote(at, close, false);
  }
}

const iso = (minute: number) => new Date(minute * 60_000).toISOString();

class Listener implements SeriesListener {
  order = new SeriesOrder();
  statuses: string[] = [];
  problems: string[] = [];
  restarts = 0;

  onCandle(candle: Candle, quietFrom: number | null, isRevision: boolean): void {
    this.order.take(candle, quietFrom, isRevision);
  }

  opens = 0;

  onOpen(quote: OpenQuote): void {
    this.opens++;
    this.order.take(quote.candle);
  }

  onGap(): void {
    // of no interest here
  }

  onStatus(status: string): void {
    this.statuses.push(status);
  }

  onRestart(): void {
    this.restarts++;
  }

  onProblem(problem: string): void {
    this.problems.push(problem);
  }
}

const wanted = (symbol = 'BTC/USDT') => ({ exchange: 'binance', market: 'spot', symbol, interval: '1m', snapshot: 5 });

test('series that are wanted at the same time are asked for in one message', () => {
  const stage = new Stage().opened();
  stage.stream.follow(wanted(), new Listener());
  stage.stream.follow(wanted('ETH/USDT'), new Listener());
  stage.pass(50);
  assert.equal(stage.socket.sent.length, 1);
  assert.deepEqual(stage.socket.sent[0]!['symbols'], ['BTC/USDT', 'ETH/USDT']);
  assert.equal(stage.socket.sent[0]!['snapshot'], 5);
  assert.equal(stage.socket.sent[0]!['decimals'], 'string');
});

test('after a cut it connects again, and resumes behind the last close', () => {
  const stage = new Stage().opened();
  const listener = new Listener();
  stage.stream.follow(wanted(), listener);
  stage.pass(50);
  stage.socket.closed(1);
  stage.socket.closed(2);
  stage.socket.onclose!({ code: 1006, reason: '' });
  assert.equal(stage.states.at(-1)!.kind, 'waiting');
  assert.deepEqual(listener.statuses, ['reconnecting']);
  stage.pass(1_000);
  assert.equal(stage.sockets.length, 2);
  stage.socket.onopen!();
  assert.equal(stage.socket.sent[0]!['resume_from'], 3 * 60_000);
  assert.equal(stage.socket.sent[0]!['snapshot'], undefined);
  stage.socket.closed(2); // a server may say again what it said
  stage.socket.closed(3);
  assert.deepEqual(listener.order.closed.map((candle) => candle.openTime / 60_000), [1, 2, 3]);
  assert.equal(listener.order.closed[0]!.close, '1.10');
});

test('waits grow, and begin anew once there was a connection', () => {
  const stage = new Stage();
  stage.stream.start();
  const waits: number[] = [];
  for (let count = 0; count < 8; count++) {
    stage.socket.onclose!({ code: 1006, reason: '' });
    const state = stage.states.at(-1)!;
    assert.ok(state.kind === 'waiting');
    waits.push(state.until - stage.time);
    stage.pass(20_000);
  }
  assert.ok(waits.every((wait, index) => index === 0 || wait >= waits[index - 1]!));
  assert.ok(waits.at(-1)! <= 15_000);
  stage.socket.onopen!();
  stage.socket.onclose!({ code: 1006, reason: '' });
  const state = stage.states.at(-1)!;
  assert.ok(state.kind === 'waiting' && state.until - stage.time <= waits[0]!);
});

test('a connection over which nothing comes is given up', () => {
  const stage = new Stage().opened();
  stage.pass(39_000);
  stage.socket.hear({ type: 'heartbeat' });
  stage.pass(39_000);
  assert.equal(stage.sockets.length, 1);
  stage.pass(2_000);
  assert.equal(stage.sockets[0]!.isClosed, true);
  assert.equal(stage.states.some((state) => state.kind === 'waiting' && state.reason === 'silent'), true);
});

test('a server that cannot go on there is asked for the newest, and the series begins anew', () => {
  const stage = new Stage().opened();
  const listener = new Listener();
  stage.stream.follow(wanted(), listener);
  stage.pass(50);
  stage.socket.closed(100);
  stage.socket.onclose!({ code: 1006, reason: '' });
  stage.pass(1_000);
  stage.socket.onopen!();
  stage.socket.hear({ type: 'error', id: stage.socket.sent[0]!['id'], code: 'bad_request', message: 'resume_from is in the future' });
  stage.pass(50);
  assert.equal(listener.restarts, 1);
  assert.equal(stage.socket.sent[1]!['resume_from'], undefined);
  assert.equal(stage.socket.sent[1]!['snapshot'], 5);
});

test('of many of which one is refused, the others are followed', () => {
  const stage = new Stage().opened();
  const listeners = ['A', 'B', 'NOPE', 'D'].map((symbol) => {
    const listener = new Listener();
    stage.stream.follow(wanted(symbol), listener);
    return listener;
  });
  stage.pass(50);
  const seen = new Set<unknown>();
  for (let next = stage.socket.sent.find((message) => !seen.has(message)); next; next = stage.socket.sent.find((message) => !seen.has(message))) {
    seen.add(next);
    const symbols = next['symbols'] as string[];
    stage.socket.hear(symbols.includes('NOPE') ? { type: 'error', id: next['id'], code: 'unknown_symbol', message: 'no NOPE' }
      : { type: 'ack', id: next['id'], op: 'subscribe', subscriptions: symbols.map((symbol) => ({ ...wanted(symbol), status: 'live' })) });
    stage.pass(50);
  }
  assert.deepEqual(listeners.map((listener) => listener.problems.length), [0, 0, 1, 0]);
  assert.deepEqual(listeners.map((listener) => listener.statuses.at(-1)), ['live', 'live', undefined, 'live']);
});

test('no more than eighty messages go out in a minute; the rest waits, and none is lost', () => {
  const stage = new Stage().opened();
  for (let count = 0; count < 200; count++) {
    stage.stream.follow({ ...wanted(), interval: `${count + 1}m` }, new Listener());
  }
  stage.pass(1_000);
  assert.equal(stage.socket.sent.length, 80);
  for (let count = 0; count < 3; count++) {
    stage.pass(30_000);
    stage.socket.hear({ type: 'heartbeat' });
    stage.pass(31_000);
    stage.socket.hear({ type: 'heartbeat' });
  }
  assert.equal(new Set(stage.socket.sent.map((message) => message['interval'])).size, 200);
});

test('the key is in messages, never in the address, and a refusal ends the tries', () => {
  const stage = new Stage('secret').opened();
  stage.stream.follow(wanted(), new Listener());
  stage.pass(50);
  assert.equal(stage.socket.sent[0]!['key'], 'secret');
  stage.socket.hear({ type: 'error', code: 'unauthorized', message: 'no such key' });
  stage.pass(60_000);
  assert.equal(stage.states.at(-1)!.kind, 'refused');
  assert.equal(stage.sockets.length, 1);
});

test('one who comes later gets the past, and the indicators of all are asked for together', () => {
  const stage = new Stage().opened();
  stage.stream.follow({ ...wanted(), with: ['rsi:14'] }, new Listener());
  stage.pass(50);
  stage.socket.closed(1);
  stage.stream.follow({ ...wanted(), snapshot: 20, with: ['ema:20'] }, new Listener());
  stage.pass(50);
  assert.deepEqual(stage.socket.sent[1]!['with'], ['ema:20', 'rsi:14']);
  assert.equal(stage.socket.sent[1]!['snapshot'], 20);
});

test('what nobody looks at any more is left after a while', () => {
  const stage = new Stage().opened();
  const leave = stage.stream.follow(wanted(), new Listener());
  stage.pass(50);
  leave();
  stage.pass(1_000);
  const leaveAgain = stage.stream.follow(wanted(), new Listener());
  stage.pass(5_000);
  assert.equal(stage.socket.sent.some((message) => message['op'] === 'unsubscribe'), false);
  leaveAgain();
  stage.pass(5_000);
  assert.equal(stage.socket.sent.at(-1)!['op'], 'unsubscribe');
});

test('of an open candle the newest state alone is told, with the next frame', () => {
  const stage = new Stage().opened();
  const listener = new Listener();
  stage.stream.follow(wanted(), listener);
  stage.pass(50);
  ['1.1', '1.2', '1.3'].forEach((close) => stage.socket.open(1, close));
  assert.equal(listener.opens, 0);
  stage.pass(20);
  assert.deepEqual([listener.opens, listener.order.open?.close], [1, '1.3']);
  stage.socket.open(1, '1.4');
  stage.pass(20);
  assert.deepEqual([listener.opens, listener.order.open?.close], [2, '1.4']);
});

test('an open candle never comes after its own close, nor after the connection it came on', () => {
  const stage = new Stage().opened();
  const listener = new Listener();
  stage.stream.follow(wanted(), listener);
  stage.pass(50);
  stage.socket.open(1, '1.1');
  stage.socket.closed(1, 'BTC/USDT', '1.2');
  assert.deepEqual([listener.opens, listener.order.open, listener.order.closed.at(-1)?.close], [1, null, '1.2']);
  stage.socket.open(2, '1.3');
  stage.socket.onclose!({ code: 1006, reason: '' });
  assert.deepEqual([listener.opens, listener.order.open?.close], [2, '1.3']);
  stage.pass(20);
  assert.equal(listener.opens, 2);
});
