// The npm package ws, in both protocols: node node.js ws://127.0.0.1:8765
const WebSocket = require('ws');
const address = process.argv[2];
const [one, other] = ['BTC/USDT', 'ETH/USDT'];

function converse(first, isDone, perMessageDeflate = true) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, { perMessageDeflate });
    const messages = [];
    const timer = setTimeout(() => reject(new Error(`no end after ${messages.length} messages`)), 30000);
    socket.on('open', () => socket.send(JSON.stringify(first)));
    socket.on('message', data => {
      messages.push(JSON.parse(data));
      check(socket.extensions === (perMessageDeflate ? 'permessage-deflate' : ''), `extensions: ${socket.extensions}`);
      if (isDone(messages)) socket.close(1000);
    });
    socket.on('close', code => { clearTimeout(timer); resolve({ messages, code }); });
    socket.on('error', reject);
  });
}

function check(condition, words) {
  if (!condition) throw new Error(words);
}

(async () => {
  const old = await converse({ exchange: 'binance', contract_type: 'spot', symbols: ['BTCUSDT', 'ETHUSDT'], limit: 3 }, () => false);
  check(old.messages[0].type === 'subscribed' && old.messages.length === 4 && old.code === 1000, JSON.stringify(old));
  check(old.messages.slice(1).every(m => m.type === 'quote' && typeof m.close === 'number' && m.sandbox === true), JSON.stringify(old));
  const v1 = await converse(
    { op: 'subscribe', id: 'n', exchange: 'okx', symbols: ['BTC/USDT'], snapshot: 2 },
    messages => messages.filter(m => m.type === 'quote').length === 2);
  check(v1.messages[0].type === 'ack' && v1.messages[0].id === 'n' && v1.messages.some(m => m.type === 'snapshot'), JSON.stringify(v1));
  check(v1.code === 1000, `closed with ${v1.code}`);
  // twenty alike, who share a window, beside one that has none, one that keeps nothing between messages, and one without compression
  const closes = async deflate => (await converse(
    { op: 'subscribe', id: 'w', exchange: 'binance', symbols: [one, other], closed_only: false },
    messages => messages.filter(m => m.is_closed).length === 4, deflate)).messages.filter(m => m.is_closed);
  const ways = [...Array(20).fill(true), { serverNoContextTakeover: true }, { serverMaxWindowBits: 12, clientMaxWindowBits: 12 }, false];
  const seen = await Promise.all(ways.map(closes));
  const known = new Map();
  for (const candle of seen.flat()) {
    const [key, values] = [`${candle.symbol} ${candle.open_time}`, JSON.stringify([candle.open, candle.high, candle.low, candle.close, candle.volume])];
    check((known.get(key) ?? values) === values, `${key}: ${values} and ${known.get(key)}`);
    known.set(key, values);
  }
  check(known.size < 4 * ways.length / 2, `${known.size} different candles`);
  console.log('node ws: both protocols');
})().catch(error => { console.error(error.message); process.exit(1); });
