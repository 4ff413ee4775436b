// Prints the candles of one series from the server: closed ones of the past first, then live ones. After a disconnect it goes on where it was.
//   npm ci
//   node client.js [--server ws://127.0.0.1:8765] [--exchange binance] [--symbol BTC/USDT] [--interval 1m] [--past 5] [--quotes N]
import { parseArgs } from 'node:util';
import WebSocket from 'ws';

const { values: options } = parseArgs({
  options: {
    server: { type: 'string', default: 'ws://127.0.0.1:8765' },
    exchange: { type: 'string', default: 'binance' },
    symbol: { type: 'string', default: 'BTC/USDT' },
    interval: { type: 'string', default: '1m' },
    past: { type: 'string', default: '5' }, // closed candles to begin with
    quotes: { type: 'string', default: 'Infinity' }, // end after so many live quotes
  },
});
const SILENCE = 45_000; // ms; the server sends a heartbeat every 15 s
const AGAIN = ['upstream_unavailable', 'rate_limited', 'slow_consumer']; // errors that pass by themselves

let next; // open time of the first closed candle that we do not have
let left = Number(options.quotes);
let attempts = 0;

function connect() {
  const socket = new WebSocket(options.server);
  let why;
  const listen = () => {
    clearTimeout(socket.silence);
    socket.silence = setTimeout(() => { why = 'silence'; socket.terminate(); }, SILENCE);
  };
  socket.on('open', () => {
    listen();
    socket.send(JSON.stringify({
      op: 'subscribe',
      id: 1,
      exchange: options.exchange,
      symbols: [options.symbol],
      interval: options.interval,
      decimals: 'string', // digits as the exchange wrote them
      ...(next ? { resume_from: next } : { snapshot: Number(options.past) }),
    }));
  });
  socket.on('message', text => {
    listen();
    if (left > 0) hear(JSON.parse(text), socket);
  });
  socket.on('error', error => { why = error.message; });
  socket.on('close', code => {
    clearTimeout(socket.silence);
    if (left <= 0 || process.exitCode) return;
    const seconds = Math.min(30, 2 ** attempts++);
    console.error(`disconnected (${why ?? code}), again in ${seconds} s`);
    setTimeout(connect, seconds * 1000);
  });
}

function hear(message, socket) {
  switch (message.type) {
    case 'ack': {
      attempts = 0;
      const lost = message.subscriptions[0].missing;
      if ('recovered' in message) console.error(`resumed from ${next}, ${lost ? `but ${lost.from} to ${lost.to} is missing: ${lost.reason}` : 'nothing is missing'}`);
      break;
    }
    case 'snapshot':
      for (const candle of message.candles) take(candle, message.sandbox);
      break;
    case 'quote':
      take(message, message.sandbox);
      if (--left <= 0) socket.close(1000);
      break;
    case 'gap':
      console.error(`missing: ${message.from} to ${message.to}: ${message.reason}`);
      break;
    case 'status':
      console.error(`status: ${message.status} ${message.reason}`);
      break;
    case 'error':
      console.error(`error: ${message.message}`);
      if (message.code === 'bad_request' && next) next = undefined; // too long ago to resume: begin anew
      else if (!AGAIN.includes(message.code)) process.exitCode = 1;
      socket.close(1000);
      break;
  }
}

function take(candle, sandbox) {
  const { open_time, open, high, low, close, volume, is_closed, close_time } = candle;
  console.log(open_time, open, high, low, close, volume, is_closed ? 'closed' : 'open', sandbox ? 'SANDBOX' : '');
  if (is_closed) next = close_time;
}

process.stdout.on('error', () => process.exit()); // nobody reads any more, as after "| head"
connect();
