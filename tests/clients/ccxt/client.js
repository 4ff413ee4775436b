// One simulated exchange under ccxt: node client.js http://127.0.0.1:9700/ bybit
// Its markets load, pages of its history are what the books have, and its candles stream. Ends with a line for each market.
const ccxt = require('ccxt');
const [base, name] = process.argv.slice(2);
const stream = base.replace('http', 'ws');
const minute = 60000;

// the sandbox's own name of each venue and market, and one of its symbols in both spellings
const exchanges = {
  binance: [['spot', 'BTC/USDT', 'BTCUSDT']],
  binanceusdm: [['usdm', 'BTC/USDT:USDT', 'BTCUSDT']],
  binancecoinm: [['coinm', 'BTC/USD:BTC', 'BTCUSD_PERP']],
  okx: [['spot', 'BTC/USDT', 'BTC-USDT'], ['usdm', 'ETH/USDT:USDT', 'ETH-USDT-SWAP'], ['coinm', 'BTC/USD:BTC', 'BTC-USD-SWAP']],
  bybit: [['spot', 'BTC/USDT', 'BTCUSDT'], ['usdm', 'BTC/USDT:USDT', 'BTCUSDT'], ['coinm', 'BTC/USD:BTC', 'BTCUSD']],
  gate: [['spot', 'BTC/USDT', 'BTC_USDT'], ['usdm', 'BTC/USDT:USDT', 'BTC_USDT'], ['coinm', 'BTC/USD:BTC', 'BTC_USD']],
  hyperliquid: [['usdm', 'BTC/USDC:USDC', 'BTC'], ['spot', 'HYPE/USDC', '@107']],
};
const venues = { binanceusdm: 'binance', binancecoinm: 'binance', gate: 'gateio' };
const venue = venues[name] ?? name;
const saysClosed = ['binance', 'okx', 'bybit'].includes(venue); // else the last update of a candle may be missing

// ccxt takes a Binance stream for spot when its address has "/stream" in it; a stream of that name says nothing
const hosts = [
  [/^https:\/\/api\.binance\.com/, `${base}binance/spot`], [/^https:\/\/fapi\.binance\.com/, `${base}binance/usdm`], [/^https:\/\/dapi\.binance\.com/, `${base}binance/coinm`],
  [/^wss:\/\/stream\.binance\.com:9443\/ws/, `${stream}binance/spot/ws/stream`], [/^wss:\/\/fstream\.binance\.com/, `${stream}binance/usdm`], [/^wss:\/\/dstream\.binance\.com/, `${stream}binance/coinm`],
  [/^https:\/\/(api\.)?\{hostname\}/, `${base}${venue}`], [/^wss:\/\/stream\.\{hostname\}/, `${stream}${venue}`], [/^wss:\/\/ws\.okx\.com:8443/, `${stream}okx`],
  [/^https:\/\/api\.gateio\.ws/, `${base}gateio`], [/^wss:\/\/(fx-ws|api)\.gateio\.ws/, `${stream}gateio`], [/^wss:\/\/api\.hyperliquid\.xyz/, `${stream}hyperliquid`],
];

function redirect(urls) {
  for (const [key, value] of Object.entries(urls)) {
    if (typeof value === 'string') urls[key] = hosts.reduce((url, [from, to]) => url.replace(from, to), value);
    else redirect(value);
  }
}

function check(condition, ...words) {
  if (!condition) throw new Error(words.map(word => typeof word === 'string' ? word : JSON.stringify(word)).join(' '));
}

async function ask(path) {
  const answer = await fetch(base + path);
  const text = await answer.text();
  check(answer.ok, path, text);
  return JSON.parse(text);
}

async function books(market, symbol, from, to) {
  return ask(`sandbox/candles?exchange=${venue}&market=${market}&symbol=${encodeURIComponent(symbol)}&interval=1m&from=${from}&to=${to}`);
}

const prices = row => row.slice(0, 5).join(' ');

async function history(exchange, market, symbol, wire) {
  const { now } = await ask('sandbox/clock');
  const from = Math.floor(now / minute) * minute - 400 * minute;
  const truth = await books(market, wire, from, from + 90 * minute);
  const rows = await exchange.fetchOHLCV(symbol, '1m', from, 90);
  const page = rows.filter(row => row[0] < from + 90 * minute);
  check(truth.length === 90, 'the books have', truth.length);
  check(page.map(prices).join('\n') === truth.map(prices).join('\n'), symbol, 'history is', page.length, page[0], page.at(-1), 'the books have', truth[0], truth.at(-1));
}

async function candles(exchange, market, symbol, wire) {
  const seen = new Map();
  while (seen.size < 4) {
    for (const row of await exchange.watchOHLCV(symbol, '1m')) seen.set(row[0], [...row]);
  }
  const times = [...seen.keys()].sort((one, other) => one - other);
  const closed = times.slice(1, -1); // the first may have begun before, the last is open
  const truth = await books(market, wire, closed[0], closed.at(-1) + minute);
  check(closed.length >= 2 && closed.every((time, i) => time === closed[0] + i * minute), symbol, 'came at', times);
  const told = row => saysClosed ? prices(row) : row.slice(0, 2).join(' ');
  check(closed.map(time => told(seen.get(time))).join('\n') === truth.map(told).join('\n'), symbol, 'streamed', closed.map(time => seen.get(time)), 'the books have', truth);
}

(async () => {
  const exchange = new ccxt.pro[name]({ timeout: 20000 });
  redirect(exchange.urls.api);
  await exchange.loadHttpProxyAgent(); // it does not connect to ws:// without, though there is no proxy
  try {
    const markets = await exchange.loadMarkets();
    for (const [market, symbol, wire] of exchanges[name]) {
      check(markets[symbol]?.id === wire || markets[symbol]?.info?.name === wire || venue === 'hyperliquid', symbol, 'is', markets[symbol]?.id, 'of', Object.keys(markets).slice(0, 10));
      await history(exchange, market, symbol, wire);
      await candles(exchange, market, symbol, wire);
      console.log(`${name} ${market}: ${Object.keys(markets).length} symbols, history and candles of ${symbol} are those of the books`);
    }
  } finally {
    await exchange.close();
  }
})().then(() => process.exit(0), error => { console.error(error); process.exit(1); });
