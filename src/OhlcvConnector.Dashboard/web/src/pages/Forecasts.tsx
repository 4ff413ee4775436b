// Forecasts, each beside how much better than "no change" its model was on candles that it had not seen.
import { useState } from 'preact/hooks';
import { tellFailure, zone } from '../app.ts';
import { ask } from '../api/rest.ts';
import type { ForecastAnswer, ForecastModelRow } from '../api/rest.gen.ts';
import { percent, show } from '../core/decimal.ts';
import { marketOf } from '../core/keys.ts';
import { usePoll } from '../core/poll.ts';
import { firstMarket } from '../core/rows.ts';
import { useStore } from '../core/store.ts';
import { moment } from '../core/time.ts';
import { List } from '../parts/forms.tsx';
import { pageTexts, texts } from '../texts.ts';
import { SymbolPicker } from './SymbolPicker.tsx';

const t = pageTexts.analytics;

const skillOf = (row: { skill?: string | null; skillLow?: string | null; skillHigh?: string | null }): string => (row.skill === null || row.skill === undefined ? '–'
  : `${Number(row.skill).toFixed(4)}${row.skillLow ? ` (${Number(row.skillLow).toFixed(4)} to ${Number(row.skillHigh).toFixed(4)})` : ''}`.replaceAll('-', '−'));

/** Green is for what is better than everything plain alone. */
const toneOfVerdict = (row: { verdict?: string | null; skillLow?: string | null }) => (/^worse/.test(row.verdict ?? '') ? 'bad' : Number(row.skillLow ?? 0) > 0 && !/no better/.test(row.verdict ?? '') ? 'good' : 'warn');

const priceOf = (text: string) => show(Number(text).toPrecision(7).replace(/\.?0+$/, ''));

export function Forecasts() {
  const zoneNow = useStore(zone);
  const models = usePoll((signal) => ask('GET /api/v1/ai/models', { signal }), 15_000);
  const [key, setKey] = useState(firstMarket);
  const [answer, setAnswer] = useState<ForecastAnswer | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const forecast = (model: ForecastModelRow) => {
    setBusy(model.model);
    ask('GET /api/v1/ai/forecast', { query: { ...marketOf(key), model: model.model } as never }).then(setAnswer, tellFailure).finally(() => setBusy(null));
  };
  if (models.problem) {
    return <p class="empty">{models.problem.status === 404 ? t.noModels : models.problem.message}</p>;
  }
  return (
    <div class="stack">
      <section class="card" aria-label={t.models}>
        <header><h2>{t.models}</h2><SymbolPicker chosen={key} onChoose={setKey} /></header>
        <List label={t.models} rows={models.data?.models ?? []} empty={models.data ? t.noModels : `${texts.loading} …`} keyOf={(row) => `${row.model} ${row.version}`} columns={[
          [t.model, (row) => <><b>{row.model}</b> <small>{row.version}</small> {row.isCurrent && <span class="tag good">{t.isCurrent}</span>}</>], [t.target, (row) => row.target ?? '–'],
          [t.interval, (row) => row.interval ?? '–'], [t.horizon, (row) => row.horizon ?? '–', 'number'], [t.skill, (row) => skillOf(row), 'number'],
          [t.verdict, (row) => <span class={`tag ${toneOfVerdict(row)}`}>{row.verdict}</span>, 'wrap'],
          ['', (row) => row.isCurrent && <button class="button small" disabled={busy !== null} onClick={() => forecast(row)}>{busy === row.model ? `${texts.loading} …` : t.ask}</button>],
        ]} />
      </section>
      {answer && (
        <section class="card stack" aria-label={t.forecast}>
          <header><h2>{t.forecast}: {answer.symbol} {answer.interval}</h2><span class={`tag ${toneOfVerdict(answer)}`}>{answer.verdict}</span></header>
          <dl class="facts">
            <div><dt>{t.at}</dt><dd>{moment(Date.parse(answer.at), zoneNow, false)}</dd></div><div><dt>{t.target}</dt><dd>{answer.target}</dd></div>
            <div><dt>{t.point}</dt><dd>{answer.target === 'return' || answer.target === 'quantiles' ? percent(Number(answer.point), 3) : Number(answer.point).toPrecision(4)}</dd></div>
            <div><dt>{t.skill}</dt><dd>{skillOf(answer)}</dd></div>
            {answer.band.map((row) => <div key={row.level}><dt>{t.band} {Math.round(Number(row.level) * 100)} %</dt><dd>{row.price ? priceOf(row.price) : Number(row.value).toPrecision(4)}</dd></div>)}
          </dl>
        </section>
      )}
    </div>
  );
}
