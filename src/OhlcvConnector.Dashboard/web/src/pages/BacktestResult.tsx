// What came of a backtest.
import { zone } from '../app.ts';
import { ask } from '../api/rest.ts';
import type { BacktestRow, BacktestStatistics } from '../api/rest.gen.ts';
import { percent, show, toneOf } from '../core/decimal.ts';
import { keyOf } from '../core/keys.ts';
import { usePoll } from '../core/poll.ts';
import { useStore } from '../core/store.ts';
import { day } from '../core/time.ts';
import { Bars, Curve } from '../parts/Curve.tsx';
import { List } from '../parts/forms.tsx';
import { Money } from '../parts/Money.tsx';
import { pageTexts } from '../texts.ts';
import { figure, isShort, nameOfRun, statistic } from './Backtests.tsx';
import { tradeColumns } from './trades.tsx';

const t = pageTexts.analytics;
const p = pageTexts.portfolio;

export function BacktestResult({ run }: { run: BacktestRow }) {
  const zoneNow = useStore(zone);
  const answer = usePoll((signal) => ask('GET /api/v1/backtests/{id}', { path: { id: run.id }, signal }), 0, [run.id, run.state]).data;
  const statistics = run.statistics;
  const currency = run.symbols[0]?.split('/')[1]?.split(':').at(-1);
  const points = (answer?.equity ?? []).map((row) => [Date.parse(row.time), Number(row.equity)] as const);
  let peak = 0;
  const falls = points.map(([time, equity]) => { peak = Math.max(peak, equity); return [time, peak > 0 ? equity / peak - 1 : 0] as const; });
  return (
    <section class="card stack result" aria-label={t.result}>
      <header><h2>{nameOfRun(run)}</h2><small>{day(Date.parse(run.from), zoneNow)} – {day(Date.parse(run.to), zoneNow)}</small>
        <a class="button small" href={`#/chart?s=${run.symbols.map((symbol) => keyOf(run.exchange, run.market, symbol)).join(',')}&i=${run.symbols.map(() => run.interval).join(',')}`}>{pageTexts.signals.chart}</a>
      </header>
      {run.problem && <p class="problem">{run.problem}</p>}
      {answer && Number(answer.rejectedOrders) > 0 && <p class="problem">{t.rejected(answer.rejectedOrders, answer.firstRejection)}</p>}
      {statistics && (
        <dl class="facts">{Object.entries(t.stats).map(([name, words]) => {
          const value = statistics[name as keyof BacktestStatistics] as string | null;
          return <div key={name}><dt>{words}</dt><dd class={/^(return|cagr)Percent/.test(name) ? toneOf(value) : ''}>{/^equity|commissions|^slippage/.test(name) ? <Money value={value} currency={currency} /> : statistic(statistics, name as keyof BacktestStatistics)}</dd></div>;
        })}</dl>
      )}
      {statistics && isShort(statistics) && <p class="quiet" data-short>{t.leastDays(Number(statistics.durationDays).toFixed(1))}</p>}
      {statistics && !isShort(statistics) && Number(statistics.sharpeRatio ?? 0) < -10 && <p class="quiet">{t.deepLoss}</p>}
      <Curve lines={[{ name: t.equity, points }]} label={t.equity} format={(value) => show(value.toFixed(2))} filled />
      <Curve lines={[{ name: t.drawdown, points: falls }]} label={t.drawdown} format={(value) => percent(value)} height={110} filled />
      {answer && answer.trades.length > 1 && <><h3>{t.distribution}</h3><Bars label={t.distribution} values={answer.trades.map((trade) => Number(trade.returnPercent))} format={(value) => percent(value / 100)} /></>}
      {answer && answer.walkForward.length > 0 && <>
        <h3>{t.walk}</h3>
        <List label={t.walk} rows={answer.walkForward} empty="" keyOf={(row) => row.from} columns={[
          [t.from, (row) => day(Date.parse(row.from), zoneNow)], [t.until, (row) => day(Date.parse(row.to), zoneNow)],
          [t.parameters, (row) => Object.entries(row.parameters).map(([name, value]) => `${name} ${value as string}`).join(', ')],
          [t.trained, (row) => <Percent value={row.trained.returnPercent} />, 'number'], [t.tested, (row) => <Percent value={row.tested.returnPercent} />, 'number'],
          [t.stats['sharpeRatio']!, (row) => statistic(row.tested, 'sharpeRatio'), 'number'], [t.stats['maxDrawdownPercent']!, (row) => figure(row.tested.maxDrawdownPercent), 'number'], [t.stats['trades']!, (row) => row.tested.trades, 'number'],
        ]} />
      </>}
      {answer && <>
        <h3>{t.trades}</h3>
        {Number(answer.tradesLeftOut) > 0 && <p class="quiet">{t.missing(answer.tradesLeftOut)}</p>}
        <List label={t.trades} rows={answer.trades.slice(-200).reverse()} empty={p.nothing} keyOf={(row) => row.number} columns={[['#', (row) => row.number, 'number'], ...tradeColumns(zoneNow, currency)]} />
      </>}
    </section>
  );
}

const Percent = ({ value }: { value: string }) => <span class={toneOf(value)}>{figure(value)} %</span>;
