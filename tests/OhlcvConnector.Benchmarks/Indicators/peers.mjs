// Two libraries of npm on the same bars, one by one as they come. argv: file of doubles, bars in it, bars a round, rounds.
import { readFileSync } from 'node:fs';
import * as technical from 'technicalindicators';
import * as signals from 'trading-signals';

const [file, count, chunk, rounds] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const numbers = new Float64Array(readFileSync(file).buffer.slice(0, count * 40));
const bars = Array.from({ length: count }, (_, i) => ({ open: numbers[5 * i], high: numbers[5 * i + 1], low: numbers[5 * i + 2], close: numbers[5 * i + 3] }));
const take = (make, read) => { const one = make(); return (bar) => read(one, bar); };
const runs = {
  'technicalindicators ema': take(() => new technical.EMA({ period: 20, values: [] }), (one, bar) => one.nextValue(bar.close)),
  'technicalindicators rsi': take(() => new technical.RSI({ period: 14, values: [] }), (one, bar) => one.nextValue(bar.close)),
  'technicalindicators atr': take(() => new technical.ATR({ period: 14, high: [], low: [], close: [] }), (one, bar) => one.nextValue(bar)),
  'technicalindicators macd': take(() => new technical.MACD({ fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, values: [], SimpleMAOscillator: false, SimpleMASignal: false }), (one, bar) => one.nextValue(bar.close)),
  'technicalindicators bbands': take(() => new technical.BollingerBands({ period: 20, stdDev: 2, values: [] }), (one, bar) => one.nextValue(bar.close)),
  'trading-signals ema': take(() => new signals.EMA(20), (one, bar) => one.add(bar.close)),
  'trading-signals rsi': take(() => new signals.RSI(14), (one, bar) => one.add(bar.close)),
  'trading-signals atr': take(() => new signals.ATR(14), (one, bar) => one.add(bar)),
  'trading-signals macd': take(() => new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9)), (one, bar) => one.add(bar.close)),
  'trading-signals bbands': take(() => new signals.BollingerBands(20, 2), (one, bar) => one.add(bar.close)),
};
const least = Object.fromEntries(Object.keys(runs).map((name) => [name, Infinity]));
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(runs)) {
    const from = (round * chunk) % (count - chunk);
    const started = process.hrtime.bigint();
    for (let i = from; i < from + chunk; i++) run(bars[i]);
    least[name] = Math.min(least[name], Number(process.hrtime.bigint() - started) / chunk);
  }
}

for (const [name, nanoseconds] of Object.entries(least)) console.log(`${name} ${nanoseconds.toFixed(1)}`);
