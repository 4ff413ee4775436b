// Backtests: a form, the runs since the server started, one of them in full, and several compared.
import { useState } from 'preact/hooks';
import { tellFailure } from '../app.ts';
import { ask } from '../api/rest.ts';
import type { BacktestRow, BacktestStatistics } from '../api/rest.gen.ts';
import { percent, show } from '../core/decimal.ts';
import { usePoll } from '../core/poll.ts';
import { note, place } from '../core/route.ts';
import { Curve } from '../parts/Curve.tsx';
import { List } from '../parts/forms.tsx';
import { pageTexts, texts } from '../texts.ts';
import { BacktestForm } from './BacktestForm.tsx';
import { BacktestResult } from './BacktestResult.tsx';

const t = pageTexts.analytics;
const isOver = (run: BacktestRow) => run.state === 'done' || run.state === 'failed' || run.state === 'cancelled';

export const nameOfRun = (run: BacktestRow): string =>
  `${run.strategy}${Object.keys(run.parameters).length > 0 ? ` (${Object.entries(run.parameters).map(([name, value]) => `${name} ${value as string}`).join(', ')})` : ''} · ${run.symbols.join(', ')} ${run.interval}`;

export function Backtests() {
  const [chosen, choose] = useState<string | null>(place.value.query['run'] ?? null);
  const [compared, compare] = useState<readonly string[]>([]);
  const runs = usePoll((signal) => ask('GET /api/v1/backtests', { signal }), (known) => (known?.backtests.some((run) => !isOver(run)) ? 700 : 5_000));
  const all = runs.data?.backtests ?? [];
  const open = (id: string) => { choose(id); note('analytics', { run: id }); };
  const end = (id: string) => void ask('DELETE /api/v1/backtests/{id}', { path: { id } }).then(() => { runs.again(); compare(compared.filter((one) => one !== id)); }, tellFailure);
  const run = all.find((one) => one.id === chosen) ?? null;
  if (runs.problem?.status === 404) {
    return <p class="empty">{t.off}</p>;
  }
  return (
    <div class="stack">
      <BacktestForm onStarted={(id) => { open(id); runs.again(); }} />
      <section class="card" aria-label={t.runs}>
        <h2>{t.runs}</h2>
        <List label={t.runs} rows={all} empty={runs.data ? t.noRuns : `${texts.loading} …`} keyOf={(row) => row.id} columns={[
          [t.compare, (row) => <input type="checkbox" aria-label={`${t.compare} ${nameOfRun(row)}`} disabled={row.state !== 'done'} checked={compared.includes(row.id)}
            onChange={() => compare(compared.includes(row.id) ? compared.filter((one) => one !== row.id) : [...compared, row.id])} />],
          [t.strategy, (row) => <button class="linkish" onClick={() => open(row.id)}>{nameOfRun(row)}</button>],
          [t.state, (row) => (isOver(row) ? <span class={`tag ${row.state === 'done' ? 'good' : 'bad'}`} title={row.problem ?? ''}>{row.state}</span>
            : <span class="progress"><progress max="1" value={Number(row.progress)} aria-label={t.progress} />{Math.round(Number(row.progress) * 100)} %</span>)],
          [t.stats['returnPercent']!, (row) => figure(row.statistics?.returnPercent), 'number'], [t.stats['buyAndHoldReturnPercent']!, (row) => figure(row.statistics?.buyAndHoldReturnPercent), 'number'],
          [t.stats['sharpeRatio']!, (row) => statistic(row.statistics, 'sharpeRatio'), 'number'], [t.stats['maxDrawdownPercent']!, (row) => figure(row.statistics?.maxDrawdownPercent), 'number'], [t.stats['trades']!, (row) => row.statistics?.trades ?? '', 'number'],
          ['', (row) => <button class="button small" onClick={() => end(row.id)}>{isOver(row) ? t.forget : t.cancel}</button>],
        ]} />
      </section>
      {compared.length > 1 && <Comparison runs={all.filter((one) => compared.includes(one.id))} />}
      {run && <BacktestResult key={run.id + run.state} run={run} />}
    </div>
  );
}

/** A figure of the statistics with three digits; mathematics, not money. */
export const figure = (text: string | null | undefined): string => (text === null || text === undefined ? '–' : /^-?\d+$/.test(text) ? show(text, 0) : Math.abs(Number(text)) >= 1_000 ? show(Number(text).toFixed(0), 0) : Number(text).toFixed(2).replace('-', '−'));

const OfAYear: ReadonlySet<string> = new Set(['cagrPercent', 'annualVolatilityPercent', 'sharpeRatio', 'sortinoRatio', 'calmarRatio', 'turnoverPerYear']);
const LeastDays = 90;

export const isShort = (statistics: BacktestStatistics): boolean => Number(statistics.durationDays) < LeastDays;

/** A figure of a run; one of a year only where there are days enough, and a ratio that is below everything as no more than that. */
export function statistic(statistics: BacktestStatistics | null | undefined, name: keyof BacktestStatistics): string {
  const text = statistics?.[name] as string | null | undefined;
  return !statistics || (OfAYear.has(name) && isShort(statistics)) ? '–' : name === 'sharpeRatio' && Number(text ?? 0) < -10 ? '< −10' : figure(text);
}

/** Runs side by side. */
function Comparison({ runs }: { runs: readonly BacktestRow[] }) {
  const details = usePoll((signal) => Promise.all(runs.map((run) => ask('GET /api/v1/backtests/{id}', { path: { id: run.id }, signal }))), 0, runs.map((run) => run.id));
  return (
    <section class="card" aria-label={t.compare}>
      <h2>{t.compare}</h2>
      {details.data && <Curve label={t.compare} format={(value) => percent(value)} lines={details.data.map(({ backtest, equity }, index) => ({
        name: `${index + 1}. ${nameOfRun(backtest)}`, points: equity.map((row) => [Date.parse(row.time), Number(row.equity) / Number(equity[0]!.equity) - 1] as const),
      }))} />}
      <div class="scroll" tabIndex={0} role="region" aria-label={t.statistics}>
        <table class="list"><thead><tr><th scope="col">{t.statistics}</th>{runs.map((run, index) => <th key={run.id} scope="col" class="number" title={nameOfRun(run)}>{index + 1}. {run.strategy}</th>)}</tr></thead>
          <tbody>{Object.entries(t.stats).map(([name, words]) => (
            <tr key={name}><th scope="row">{words}</th>{runs.map((run) => <td key={run.id} class="number">{statistic(run.statistics, name as keyof BacktestStatistics)}</td>)}</tr>
          ))}</tbody>
        </table>
      </div>
    </section>
  );
}
