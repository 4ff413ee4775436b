import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, changeOf, compare, isDecimal, larger, money, percent, placesOf, rounded, short, show, smaller, toneOf } from '../src/core/decimal.ts';

test('prices are shown digit by digit, never through a double', () => {
  assert.equal(show('42000.10000000'), '42,000.10');
  assert.equal(show('9007199254740993.123456789012345678'), '9,007,199,254,740,993.123456789012345678');
  assert.equal(show('0.000000120'), '0.00000012');
  assert.equal(show('1e-07'), '0.0000001');
  assert.equal(show('1.5E+3'), '1,500.00');
  assert.equal(show('-1234.5'), '−1,234.50');
  assert.equal(show('-0.0'), '0.00');
  assert.equal(show('5', 0), '5');
  assert.equal(show(null), '–');
});

test('sums are exact where doubles are not', () => {
  assert.equal(add('0.1', '0.2'), '0.3');
  assert.equal(add('1', '-1.000000000000000001'), '-0.000000000000000001');
  assert.equal(add('99999999999999999999', '1'), '100000000000000000000');
});

test('random sums are those of whole numbers', () => {
  let seed = 7;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647);
  for (let count = 0; count < 500; count++) {
    const [a, b] = [BigInt(next()) - 1_000_000_000n, BigInt(next()) - 1_000_000_000n];
    const text = (value: bigint) => {
      const digits = (value < 0n ? -value : value).toString().padStart(7, '0');
      return `${value < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
    };
    assert.equal(compare(add(text(a), text(b)), text(a + b)), 0);
    assert.equal(Math.sign(compare(text(a), text(b))), a < b ? -1 : a > b ? 1 : 0);
  }
});

test('the larger and the smaller are found beyond what a double can tell apart', () => {
  assert.equal(larger('1.00000000000000000001', '1.00000000000000000002'), '1.00000000000000000002');
  assert.equal(smaller('1.00000000000000000001', '1.00000000000000000002'), '1.00000000000000000001');
  assert.equal(compare('1.50', '1.5'), 0);
});

test('places, shares and short amounts', () => {
  assert.equal(placesOf('0.0120'), 3);
  assert.equal(placesOf('1e-07'), 7);
  assert.equal(placesOf('100'), 0);
  assert.equal(percent(0.01234), '+1.23 %');
  assert.equal(percent(-0.5), '−50.00 %');
  assert.equal(percent(-0.00001), '0.00 %');
  assert.equal(percent(null), '–');
  assert.equal(short('1234567'), '1.23 M');
  assert.equal(short('12'), '12');
  assert.equal(changeOf('100', '110'), 0.1);
  assert.equal(changeOf('0', '110'), null);
  assert.equal(isDecimal('0.25'), true);
  assert.equal(isDecimal('1e5'), false);
  assert.equal(isDecimal('0,25'), false);
});

test('money is rounded exactly: cents of what is like dollars, the smallest parts of coins', () => {
  assert.equal(rounded('9937.3000146838', 2), '9937.30');
  assert.equal(rounded('-0.005', 2), '-0.01');
  assert.equal(rounded('12345678901234567890.995', 2), '12345678901234567891.00');
  assert.equal(rounded('1.5', 2), '1.5');
  assert.equal(money('9937.3000146838', 'USDT'), '9,937.30');
  assert.equal(money('0.123456789', 'BTC'), '0.12345679');
  assert.equal(money(null, 'USDT'), '–');
  assert.deepEqual([toneOf('0.00'), toneOf('-1'), toneOf(2), toneOf(null)], ['', 'down', 'up', '']);
});
