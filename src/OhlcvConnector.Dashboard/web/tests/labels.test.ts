import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Time } from 'lightweight-charts';
import { gathered, laid, wordsOf, type Mark } from '../src/chart/labels.ts';

const mark = (time: number, words: string, position: Mark['position'] = 'aboveBar'): Mark =>
  ({ time: time as Time, position, shape: 'square', color: '#fff', label: words, words: [words], many: (count) => `${count} trades` }) as Mark;

test('what is marked on one side of a candle is one mark, which counts', () => {
  const all = gathered([mark(2, 'c'), mark(1, 'a'), mark(1, 'b'), mark(1, 'b'), mark(1, 'd', 'belowBar')]);
  assert.deepEqual(all.map((one) => [one.time, one.position, wordsOf(one)]), [[1, 'aboveBar', ['a', 'b']], [1, 'belowBar', ['d']], [2, 'aboveBar', ['c']]]);
  assert.deepEqual(laid(all, (time) => Number(time) * 100).map((one) => one.text), ['3 trades', 'd', 'c']);
});

test('words that would lie on others are left out, and the mark stays', () => {
  const all = gathered([mark(1, 'quite long'), mark(2, 'quite long'), mark(3, 'quite long', 'belowBar'), mark(9, 'quite long')]);
  assert.deepEqual(laid(all, (time) => Number(time) * 10).map((one) => one.text), ['quite long', '', 'quite long', 'quite long']);
  assert.equal(laid(all, () => null).every((one) => one.text === ''), true);
});
