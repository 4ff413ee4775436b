// Draws the candles of one series, live. All that matters about the protocol is in connect() and hear().
import { CandlestickSeries, HistogramSeries, createChart } from './lightweight-charts.js';

const wanted = new URLSearchParams(location.search);
const server = wanted.get('server') ?? 'ws://127.0.0.1:8765';
const request = {
  op: 'subscribe',
  id: 1,
  exchange: wanted.get('exchange') ?? 'binance',
  symbols: [wanted.get('symbol') ?? 'BTC/USDT'],
  interval: wanted.get('interval') ?? '1m',
  decimals: 'string', // digits as the exchange wrote them
};
if (wanted.has('market')) request.market = wanted.get('market');

const PAST = 200; // closed candles to begin with
const SILENCE = 45_000; // ms; the server sends a heartbeat every 15 s
const UP = '#26a69a';
const DOWN = '#ef5350';

const element = id => document.getElementById(id);
const chart = createChart(element('chart'), {
  autoSize: true,
  layout: { background: { color: '#131722' }, textColor: '#d1d4dc' },
  grid: { vertLines: { color: '#1e222d' }, horzLines: { color: '#1e222d' } },
  timeScale: { timeVisible: true, secondsVisible: request.interval.endsWith('s'), rightOffset: 4 },
});
const candles = chart.addSeries(CandlestickSeries, { upColor: UP, downColor: DOWN, wickUpColor: UP, wickDownColor: DOWN, borderVisible: false });
const volumes = chart.addSeries(HistogramSeries, { priceScaleId: 'volume', priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false });
chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
chart.priceScale('right').applyOptions({ scaleMargins: { top: 0.06, bottom: 0.22 } });

let next; // open time (ms) of the first closed candle that we do not have
let closed = 0;
let missing = 0;
let reconnects = 0;
let attempts = 0;
let digits = 0;

function connect() {
  show(attempts ? 'reconnecting' : 'connecting', 'waiting');
  const socket = new WebSocket(server);
  let silence;
  let ended = false;
  const end = words => { // once; a dead connection may take minutes to say so itself
    if (ended) return;
    ended = true;
    clearTimeout(silence);
    socket.close();
    const seconds = Math.min(30, 2 ** attempts++);
    show(`${words}; again in ${seconds} s`);
    setTimeout(connect, seconds * 1000);
  };
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => end('silence'), SILENCE);
  };
  socket.onopen = () => {
    listen();
    socket.send(JSON.stringify(next === undefined ? { ...request, snapshot: PAST } : { ...request, resume_from: next }));
  };
  socket.onmessage = event => {
    if (ended) return;
    listen();
    hear(JSON.parse(event.data), end);
  };
  socket.onclose = event => end(event.reason || 'disconnected');
}

function hear(message, end) {
  element('sandbox').hidden = message.sandbox !== true;
  switch (message.type) {
    case 'ack':
      if (next !== undefined) reconnects++;
      attempts = 0;
      notice(message.recovered === false ? lost(message.subscriptions[0].missing) : '');
      title(message.subscriptions[0]);
      status(message.subscriptions[0].status);
      break;
    case 'snapshot':
      message.candles.forEach(draw);
      break;
    case 'quote':
      draw(message);
      break;
    case 'status':
      status(message.status);
      break;
    case 'gap':
      notice(lost(message));
      break;
    case 'error':
      notice(message.message);
      if (next !== undefined && message.code === 'bad_request') forget(); // too long ago to resume
      end(message.code);
      break;
  }
}

function draw(candle) {
  const opened = Date.parse(candle.open_time);
  const [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close].map(Number);
  const length = candle.close.replace(/^\d+\.?|0+$/g, '').length;
  if (length > digits) {
    digits = length;
    candles.applyOptions({ priceFormat: { type: 'price', precision: digits, minMove: 10 ** -digits } });
  }
  candles.update({ time: opened / 1000, open, high, low, close });
  volumes.update({ time: opened / 1000, value: Number(candle.volume ?? 0), color: close < open ? `${DOWN}60` : `${UP}60` });
  if (candle.is_closed) {
    const ends = Date.parse(candle.close_time);
    if (next !== undefined) missing += Math.round((opened - next) / (ends - opened));
    next = ends;
    closed++;
  }
  element('price').textContent = close.toFixed(digits);
  element('price').style.color = close < open ? DOWN : UP;
  element('count').textContent = `${closed} closed candles, ${missing} missing, ${reconnects} reconnects`;
}

function forget() {
  next = undefined;
  closed = missing = 0;
  candles.setData([]);
  volumes.setData([]);
}

function title(series) {
  const name = element('title');
  name.textContent = `${series.symbol} `;
  name.append(Object.assign(document.createElement('small'), { textContent: `${series.exchange} ${series.market} ${series.interval}, UTC` }));
  document.title = `${series.symbol} ${series.interval}`;
}

function show(words, kind = '') {
  element('status').textContent = words;
  element('status').className = kind;
}

const status = words => show(words === 'live' ? 'live' : `exchange ${words}`, words === 'live' ? 'live' : 'waiting');
const notice = words => { element('notice').textContent = words; };
const lost = gap => `missing from ${gap.from} to ${gap.to}: ${gap.reason}`;

connect();
