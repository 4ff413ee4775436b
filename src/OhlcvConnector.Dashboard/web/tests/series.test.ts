import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gapsOf, timesOf } from '../src/core/gaps.ts';
import { SeriesOrder, type Candle } from '../src/core/series.ts';

const Minute = 60_000;
const candle = (at: number, isClosed = true, close = '1'): Candle => ({
  openTime: at * Minute, closeTime: (at + 1) * Minute, open: '1', high: '2', low: '1', close, volume: '1', isClosed,
});

test('each closed candle is there once, in order, whatever is repeated', () => {
  const order = new SeriesOrder();
  for (const at of [1, 2, 3, 2, 3, 4]) {
    order.take(candle(at));
  }
  assert.deepEqual(order.closed.map((one) => one.openTime / Minute), [1, 2, 3, 4]);
  assert.equal(order.repeated, 2);
  assert.equal(order.next, 5 * Minute);
});

test('an open candle never follows its own close', () => {
  const order = new SeriesOrder();
  order.take(candle(1));
  assert.equal(order.take(candle(1, false)), 'known');
  assert.equal(order.open, null);
  assert.equal(order.take(candle(2, false)), 'taken');
  order.take(candle(2));
  assert.equal(order.open, null);
});

test('a close that comes after the next candle has opened goes before it', () => {
  const order = new SeriesOrder();
  order.take(candle(1));
  assert.equal(order.take(candle(3, false)), 'taken');
  assert.equal(order.take(candle(2)), 'between');
  assert.equal(order.open?.openTime, 3 * Minute);
  assert.equal(order.take(candle(2, false)), 'known');
});

test('an open candle that history has closed is open no longer', () => {
  const order = new SeriesOrder();
  order.take(candle(3, false));
  assert.equal(order.prepend([candle(2), candle(3)]), 2);
  assert.equal(order.open, null);
});

test('what is taken as the newest is the newest, in whatever order candles come', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 500; round++) {
    const order = new SeriesOrder();
    for (let step = 0; step < 40; step++) {
      if (random(10) === 0) {
        const from = random(12);
        order.prepend([candle(from), candle(from + 1), candle(from + 2)]);
      }
      const came = candle(random(12), random(2) === 0);
      const taking = order.take(came, random(2) === 0 ? 0 : null, random(5) === 0);
      const all = order.open ? [...order.closed, order.open] : order.closed;
      assert.ok(all.every((one, index) => index === 0 || one.openTime > all[index - 1]!.openTime));
      assert.ok(taking !== 'taken' || all.at(-1) === came);
    }
  }
});

test('a jump is a hole, unless it was quiet, or announced', () => {
  const order = new SeriesOrder();
  order.take(candle(1));
  assert.equal(order.take(candle(4)), 'hole');
  assert.equal(order.take(candle(7), 5 * Minute), 'taken');
  order.takeGap({ from: 8 * Minute, to: 10 * Minute, reason: 'the exchange was away' });
  assert.equal(order.take(candle(10)), 'taken');
});

test('a revision replaces its candle, and the same without the word does not', () => {
  const order = new SeriesOrder();
  order.take(candle(1));
  order.take(candle(2));
  assert.equal(order.take(candle(1, true, '9')), 'known');
  assert.equal(order.closed[0]!.close, '1');
  assert.equal(order.take(candle(1, true, '9'), null, true), 'revised');
  assert.equal(order.closed[0]!.close, '9');
});

test('history goes before what is there, and only once', () => {
  const order = new SeriesOrder();
  order.take(candle(5));
  assert.equal(order.prepend([candle(3), candle(4), candle(5)]), 2);
  assert.equal(order.prepend([candle(3), candle(4)]), 0);
  assert.deepEqual(order.closed.map((one) => one.openTime / Minute), [3, 4, 5]);
});

test('a bound is kept', () => {
  const order = new SeriesOrder(3);
  for (let at = 0; at < 100; at++) {
    order.take(candle(at));
  }
  assert.deepEqual(order.closed.map((one) => one.openTime / Minute), [97, 98, 99]);
});

test('gaps are found between candles, with the reason where one is known', () => {
  const found = gapsOf([candle(1), candle(2), candle(5), candle(9)], [{ from: 3 * Minute, to: 5 * Minute, reason: 'maintenance' }], 'unknown');
  assert.deepEqual(found, [{ from: 3 * Minute, to: 5 * Minute, reason: 'maintenance' }, { from: 6 * Minute, to: 9 * Minute, reason: 'unknown' }]);
  assert.deepEqual(timesOf(found[1]!, Minute, 60), [6, 7, 8].map((at) => at * Minute));
});

test('a long gap keeps a width that can be seen, and no more', () => {
  const times = timesOf({ from: 0, to: 10_000 * Minute, reason: '' }, Minute, 60);
  assert.equal(times.length, 60);
  assert.equal(times[0], 0);
  assert.ok(times.every((time, index) => time % Minute === 0 && (index === 0 || time > times[index - 1]!)));
  assert.ok(times.at(-1)! < 10_000 * Minute);
});
