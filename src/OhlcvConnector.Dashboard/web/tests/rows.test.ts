import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenQuote } from '../src/api/newest.ts';
import { MarketRow } from '../src/core/rows.ts';
import type { Candle } from '../src/core/series.ts';

const Hour = 3_600_000;
const hour = (index: number, isClosed = true): Candle => ({
  openTime: index * Hour, closeTime: (index + 1) * Hour, open: `${100 + index}`, high: `${102 + index}`, low: `${99 + index}`, close: `${101 + index}`, volume: '1', isClosed,
});

test('a row is of 24 hours, before the open one is known and with it', () => {
  const row = new MarketRow('binance|spot|BTC/USDT', () => undefined);
  for (let index = 0; index < 24; index++) {
    row.onCandle(hour(index), null, false);
  }
  assert.deepEqual([row.look.price, row.look.change, row.look.low, row.look.volume], ['124', 24 / 100, '99', '24']);
  row.onOpen({ candle: hour(24, false) } as OpenQuote);
  assert.deepEqual([row.look.price, row.look.change, row.look.low, row.look.volume, row.look.closes.length], ['125', 24 / 101, '100', '24', 24]);
  row.onCandle(hour(24), null, false);
  assert.deepEqual([row.look.price, row.look.change, row.look.low, row.look.volume], ['125', 24 / 101, '100', '24']);
});
