// ccxt's fetchOHLCV over the same history: node ccxt.mjs FOLDER-OF-CCXT VENUE PORT FROM TO RUNS; the last line is what the runs after the first cost.
import { createRequire } from 'node:module';
const [folder, venue, port, from, to, runs] = process.argv.slice(2);
const ccxt = createRequire(folder + '/')('ccxt');
const names = { gateio: 'gate' };
const pages = { binance: 1000, okx: 300, bybit: 1000, gateio: 999, hyperliquid: 5000 };
const ids = { okx: 'BTC-USDT', gateio: 'BTC_USDT', hyperliquid: '0' };
const isSwap = venue === 'hyperliquid';
const symbol = isSwap ? 'BTC/USDC:USDC' : 'BTC/USDT';
const exchange = new ccxt[names[venue] ?? venue]({ enableRateLimit: false });
const base = `http://127.0.0.1:${port}`;
function redirect(urls) {
  for (const [key, value] of Object.entries(urls)) {
    if (typeof value === 'string') urls[key] = value.replace(/^https:\/\/[^/]+/, base);
    else if (value) redirect(value);
  }
}
redirect(exchange.urls.api);
exchange.setMarkets([{
  id: ids[venue] ?? 'BTCUSDT', symbol, base: 'BTC', quote: isSwap ? 'USDC' : 'USDT', baseId: 'BTC', baseName: 'BTC', quoteId: 'USDT', settle: isSwap ? 'USDC' : undefined,
  type: isSwap ? 'swap' : 'spot', spot: !isSwap, swap: isSwap, future: false, option: false, margin: false, contract: isSwap, linear: isSwap || undefined,
  inverse: isSwap ? false : undefined, active: true, precision: { amount: 1e-8, price: 0.01 }, limits: {}, info: {},
}]);
const minute = 60000;
async function once() {
  let rows = 0;
  let closes = 0;
  for (let at = Number(from); at < Number(to); at += pages[venue] * minute) {
    const page = await exchange.fetchOHLCV(symbol, '1m', at, Math.min(pages[venue], (Number(to) - at) / minute), { until: Math.min(at + pages[venue] * minute, Number(to)) - 1 });
    for (const row of page) { if (row[0] >= at && row[0] < Number(to)) { rows++; closes += row[4]; } }
  }
  return [rows, closes];
}
await once();
const [cpu, start] = [process.cpuUsage(), process.hrtime.bigint()];
let total = 0;
let sum = 0;
for (let run = 0; run < Number(runs); run++) {
  const [rows, closes] = await once();
  total += rows;
  sum = closes;
}
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({ Rows: total, CpuMicroseconds: used.user + used.system, Seconds: Number(process.hrtime.bigint() - start) / 1e9, AllocatedBytes: 0, Sum: sum }));
