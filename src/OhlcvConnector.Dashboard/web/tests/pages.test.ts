import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../src/api/rest.ts';
import { csvOf } from '../src/chart/exports.ts';
import { readCells, writeCells } from '../src/core/cells.ts';
import { readPlace, writePlace } from '../src/core/route.ts';
import { duration, lengthOf, moment } from '../src/core/time.ts';
import { partOf, scrollTo } from '../src/core/virtual.ts';

test('a long table draws what is seen, and keeps its height', () => {
  const part = partOf(10_000, 44, 44 * 500, 880, 8);
  assert.deepEqual(part, { first: 492, last: 528, before: 492 * 44, after: (10_000 - 528) * 44 });
  assert.equal(part.before + (part.last - part.first) * 44 + part.after, 10_000 * 44);
});

test('a table of few rows, of none, and one that was scrolled beyond its end', () => {
  assert.deepEqual(partOf(3, 44, 0, 880), { first: 0, last: 3, before: 0, after: 0 });
  assert.deepEqual(partOf(0, 44, 0, 880), { first: 0, last: 0, before: 0, after: 0 });
  const beyond = partOf(5, 44, 44 * 500, 880, 8);
  assert.ok(beyond.first <= beyond.last && beyond.last === 5 && beyond.after === 0);
});

test('scrolling moves only as far as it must', () => {
  assert.equal(scrollTo(2, 44, 0, 440), 0);
  assert.equal(scrollTo(20, 44, 0, 440), 20 * 44 + 44 - 440);
  assert.equal(scrollTo(1, 44, 440, 440), 44);
});

test('an address says the same charts again', () => {
  const place = {
    cells: [{ key: 'binance|spot|BTC/USDT', interval: '7m', with: ['ema:20', 'macd:12:26:9'] }, { key: 'okx|usdm|ETH/USDT', interval: '1h', with: [] }],
    isLog: true, hasProfile: false, hasSignals: true, hasTrades: false,
  };
  const hash = writePlace('chart', writeCells(place));
  assert.deepEqual(readCells(readPlace(hash).query), place);
  assert.equal(readPlace('#/nonsense').page, 'markets');
  assert.deepEqual(readCells({ s: 'nonsense' }).cells, []);
});

test('parts of addresses are escaped', () => {
  assert.equal(addressOf('/a/{id}/b', { id: 'x/y' }, { q: 'BTC/USDT', none: undefined, empty: '' }), './a/x%2Fy/b?q=BTC%2FUSDT');
});

test('exports keep all digits, and say that they are simulated', () => {
  const candle = { openTime: 0, closeTime: 60_000, open: '1.10', high: '2', low: '1', close: '0.000000010', volume: null, isClosed: true, values: { 'rsi:14': '50.5' } };
  const text = csvOf([candle], { exchange: 'binance', market: 'spot', symbol: 'BTC/USDT', interval: '1m', sandbox: true });
  assert.equal(text, 'open_time,open,high,low,close,volume,rsi:14,exchange,market,symbol,interval,sandbox\n'
    + '1970-01-01T00:00:00.000Z,1.10,2,1,0.000000010,,50.5,binance,spot,BTC/USDT,1m,true\n');
});

test('times and lengths', () => {
  assert.equal(moment(0, 'utc'), '1970-01-01 00:00:00');
  assert.equal(lengthOf('4h'), 14_400_000);
  assert.equal(lengthOf('0m'), null);
  assert.equal(duration(4_200), '4.2 s');
  assert.equal(duration(180_000), '3 min');
});
