import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExact, Raw, writeExact } from '../src/api/exact.ts';

test('numbers of JSON stay as they were written', () => {
  assert.deepEqual(parseExact('{"a":42000.10,"b":[1,-2.5e-7,null,true],"c":"3.0 \\"4\\" \\\\"}'), { a: '42000.10', b: ['1', '-2.5e-7', null, true], c: '3.0 "4" \\' });
  assert.deepEqual(parseExact('123456789012345678901234567890.1'), '123456789012345678901234567890.1');
  assert.deepEqual(parseExact('{"12":{"x":1}}'), { 12: { x: '1' } });
});

test('what is no JSON is refused', () => {
  assert.throws(() => parseExact('{"a":1,}'));
  assert.throws(() => parseExact('[1 2]'));
});

test('numbers of a person are sent digit by digit', () => {
  assert.equal(writeExact({ quantity: new Raw('0.10'), side: 'buy', none: undefined, list: [new Raw('5'), 'x'], whole: 7, nothing: null }),
    '{"quantity":0.10,"side":"buy","list":[5,"x"],"whole":7,"nothing":null}');
  assert.throws(() => new Raw('1; drop'));
  assert.throws(() => new Raw('1e5'));
});
