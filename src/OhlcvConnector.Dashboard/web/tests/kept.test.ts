import assert from 'node:assert/strict';
import { test } from 'node:test';

const kept = new Map<string, string>();
Object.assign(globalThis, { localStorage: { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, text: string) => void kept.set(name, text) } });
const { linesOf, saveLines } = await import('../src/chart/marks.ts');

const key = 'binance|spot|BTC/USDT';
const line = { from: { time: 60_000, price: 1.5 }, to: { time: 120_000, price: 2 } };

test('lines that the browser keeps are there again, each market with its own', () => {
  saveLines(key, [line]);
  saveLines('okx|spot|ETH/USDT', []);
  assert.deepEqual([linesOf(key), linesOf('okx|spot|ETH/USDT'), linesOf('okx|spot|SOL/USDT')], [[line], [], []]);
});

test('what is kept and is no lines shows none, and gives way to those that are drawn', () => {
  for (const text of ['null', '[]', '3', '"x"', '{', `{"${key}":null}`, `{"${key}":"x"}`, `{"${key}":[null]}`, `{"${key}":[{"from":{"time":1,"price":null},"to":{"time":1,"price":1}}]}`]) {
    kept.set('ohlcv.lines', text);
    assert.deepEqual(linesOf(key), [], text);
    saveLines(key, [line]);
    assert.deepEqual(linesOf(key), [line], text);
  }
});
