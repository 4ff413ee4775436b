// ccxt's watchOHLCVForSymbols over the same streams: node watch.mjs FOLDER-OF-CCXT PORTS WARM-UP SECONDS; its line is what it cost after the warm-up.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
process.removeAllListeners('warning');
process.on('warning', () => {});
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
const [folder, ports, warmUp, seconds] = process.argv.slice(2);
const ccxt = createRequire(folder + '/')('ccxt');
const venues = ['binance', 'okx', 'bybit', 'gateio', 'hyperliquid'];
const names = { gateio: 'gate' };
const symbols = { okx: coin => `${coin}-USDT`, gateio: coin => `${coin}_USDT`, hyperliquid: coin => coin };
const ages = new Uint32Array(1000000);
let measuring = false;
let messages = 0;
function redirect(urls, base) {
  for (const [key, value] of Object.entries(urls)) {
    if (typeof value === 'string') urls[key] = value.replace(/^(https|wss):\/\/[^/]+/, (_, scheme) => `${scheme}://${base}`);
    else if (value) redirect(value, base);
  }
}
function watch(venue, port, connection) {
  const isSwap = venue === 'hyperliquid';
  const exchange = new ccxt.pro[names[venue] ?? venue]({ enableRateLimit: false, newUpdates: true });
  redirect(exchange.urls.api, `127.0.0.1:${port}`);
  const coins = Array.from({ length: 50 }, (_, i) => `COIN${String(connection * 50 + i).padStart(3, '0')}`);
  const quote = isSwap ? 'USDC' : 'USDT';
  exchange.setMarkets(coins.map(coin => ({
    id: (symbols[venue] ?? (name => `${name}USDT`))(coin), symbol: isSwap ? `${coin}/USDC:USDC` : `${coin}/USDT`, base: coin, quote, baseId: coin, baseName: coin, quoteId: quote,
    settle: isSwap ? 'USDC' : undefined, type: isSwap ? 'swap' : 'spot', spot: !isSwap, swap: isSwap, future: false, option: false, margin: false, contract: isSwap,
    lowercaseId: (symbols[venue] ?? (name => `${name}USDT`))(coin).toLowerCase(), linear: isSwap || undefined, inverse: isSwap ? false : undefined, active: true, precision: { amount: 1e-8, price: 0.01 }, limits: {}, info: {},
  })));
  const wanted = Object.keys(exchange.markets).map(symbol => [symbol, '4h']);
  const took = candles => {
    const now = process.hrtime.bigint() % 100000000000000n;
    for (const ofSymbol of Object.values(candles)) for (const rows of Object.values(ofSymbol)) {
      messages++;
      if (measuring) ages[Math.max(0, Math.min(ages.length - 1, Math.round((Number(now) - rows.at(-1)[5] * 1e8) / 1000)))]++;
    }
  };
  if (exchange.has.watchOHLCVForSymbols) (async () => { while (true) took(await exchange.watchOHLCVForSymbols(wanted)); })();
  else for (const [symbol] of wanted) (async () => { while (true) took({ [symbol]: { '4h': await exchange.watchOHLCV(symbol, '4h') } }); })();
}
const wakeUps = () => readdirSync('/proc/self/task').reduce((sum, thread) => sum + Number(/\nvoluntary_ctxt_switches:\s*(\d+)/.exec(readFileSync(`/proc/self/task/${thread}/status`, 'utf8'))[1]), 0);
venues.forEach((venue, i) => { watch(venue, ports.split(',')[i], 0); watch(venue, ports.split(',')[i], 1); });
setTimeout(() => {
  const [cpu, woken, start] = [process.cpuUsage(), wakeUps(), process.hrtime.bigint()];
  measuring = true;
  messages = 0;
  setTimeout(() => {
    const used = process.cpuUsage(cpu);
    const total = ages.reduce((sum, count) => sum + count, 0);
    const percentile = part => { let left = total * part; return ages.findIndex(count => (left -= count) < 0); };
    console.log(JSON.stringify({
      Seconds: Number(process.hrtime.bigint() - start) / 1e9, Messages: messages, CpuMicroseconds: used.user + used.system, WakeUps: wakeUps() - woken,
      ResidentMegabytes: process.memoryUsage().rss / 1e6, Threads: readdirSync('/proc/self/task').length, P50: percentile(0.5), P99: percentile(0.99),
    }));
    process.exit(0);
  }, Number(seconds) * 1000);
}, Number(warmUp) * 1000);
