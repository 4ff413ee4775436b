// What is to be run.
import { useState } from 'preact/hooks';
import { marketNow, tellFailure } from '../app.ts';
import { ask } from '../api/rest.ts';
import { marketOf } from '../core/keys.ts';
import { usePoll } from '../core/poll.ts';
import { firstMarket } from '../core/rows.ts';
import { Decimal, Field, sent } from '../parts/forms.tsx';
import { pageTexts, texts } from '../texts.ts';
import { Parameters } from './Parameters.tsx';
import { SymbolPicker } from './SymbolPicker.tsx';

const t = pageTexts.analytics;

const dayBefore = (days: number) => new Date(marketNow() - days * 86_400_000).toISOString().slice(0, 10);

export function BacktestForm({ onStarted }: { onStarted: (id: string) => void }) {
  const strategies = usePoll((signal) => ask('GET /api/v1/strategies', { signal }), 0);
  const [key, setKey] = useState(firstMarket);
  const [form, setForm] = useState({ strategy: 'sma-cross', interval: '1h', from: dayBefore(90), to: '', cash: '10000', takerFee: '', slippage: '', leverage: '', rules: '', folds: '4' });
  const [values, setValues] = useState<Record<string, string>>({});
  const [ranges, setRanges] = useState<Record<string, string>>({});
  const [is, setIs] = useState({ short: true, gaps: false, walk: false });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const strategy = strategies.data?.strategies.find((one) => one.name === form.strategy) ?? strategies.data?.strategies[0];
  const start = async () => {
    try {
      const { exchange, market, symbol } = marketOf(key);
      const given = Object.entries(values).filter(([, value]) => value);
      const tried = Object.entries(ranges).filter(([, value]) => value.trim());
      const answer = await ask('POST /api/v1/backtests', {
        body: {
          strategy: strategy!.name, exchange, market, symbols: [symbol], interval: form.interval, from: `${form.from}T00:00:00Z`, to: form.to ? `${form.to}T00:00:00Z` : undefined,
          parameters: given.length > 0 ? Object.fromEntries(given.map(([name, value]) => [name, sent(value, name)])) : undefined, rules: strategy!.needsRules ? JSON.parse(form.rules) as unknown : undefined,
          cash: sent(form.cash, t.cash), takerFee: sent(form.takerFee, t.fee), slippage: sent(form.slippage, t.slippage), leverage: sent(form.leverage, t.leverage), allowShort: is.short, allowGaps: is.gaps,
          walkForward: is.walk ? { folds: Number(form.folds), ranges: Object.fromEntries(tried.map(([name, value]) => [name, value.split(',').map((one) => sent(one.trim(), name))])) } : undefined,
        } as never,
      });
      onStarted(answer.id);
    } catch (error) {
      tellFailure(error);
    }
  };
  return (
    <section class="card" aria-label={t.run}>
      <h2>{t.run}</h2>
      {strategies.problem && <p class="problem">{strategies.problem.message}</p>}
      <form class="form" onSubmit={(event) => { event.preventDefault(); void start(); }}>
        <Field label={t.strategy}><select value={strategy?.name} onChange={(event) => { set({ strategy: event.currentTarget.value }); setValues({}); setRanges({}); }}>
          {strategies.data?.strategies.map((one) => <option key={one.name}>{one.name}</option>)}
        </select></Field>
        <div class="field double"><span>{t.symbols}</span><SymbolPicker chosen={key} onChoose={setKey} /></div>
        <Field label={t.interval}><select value={form.interval} onChange={(event) => set({ interval: event.currentTarget.value })}>{['1m', '5m', '15m', '30m', '1h', '4h', '1d'].map((one) => <option key={one}>{one}</option>)}</select></Field>
        <Field label={t.from}><input type="date" required value={form.from} onInput={(event) => set({ from: event.currentTarget.value })} /></Field>
        <Field label={t.to}><input type="date" value={form.to} onInput={(event) => set({ to: event.currentTarget.value })} /></Field>
        <Decimal label={t.cash} value={form.cash} onInput={(cash) => set({ cash })} required />
        <Decimal label={t.fee} value={form.takerFee} onInput={(takerFee) => set({ takerFee })} placeholder={t.ofExchange} />
        <Decimal label={t.slippage} value={form.slippage} onInput={(slippage) => set({ slippage })} />
        <Decimal label={t.leverage} value={form.leverage} onInput={(leverage) => set({ leverage })} placeholder="1" />
        {strategy && <Parameters strategy={strategy} values={values} onChange={setValues} />}
        {strategy?.needsRules && <label class="field wide"><span>{t.rules}</span><textarea rows={6} required value={form.rules} onInput={(event) => set({ rules: event.currentTarget.value })} /></label>}
        <label class="check"><input type="checkbox" checked={is.short} onChange={(event) => setIs({ ...is, short: event.currentTarget.checked })} />{t.short}</label>
        <label class="check"><input type="checkbox" checked={is.gaps} onChange={(event) => setIs({ ...is, gaps: event.currentTarget.checked })} />{t.gaps}</label>
        <label class="check"><input type="checkbox" checked={is.walk} onChange={(event) => setIs({ ...is, walk: event.currentTarget.checked })} />{t.walkOn}</label>
        {is.walk && <Field label={t.folds}><input type="number" min="1" max="20" required value={form.folds} onInput={(event) => set({ folds: event.currentTarget.value })} /></Field>}
        {is.walk && strategy?.parameters.map((one) => (
          <Field key={one.name} label={`${one.name}: ${t.ranges}`}><input value={ranges[one.name] ?? ''} placeholder={`${one.default}`} onInput={(event) => setRanges({ ...ranges, [one.name]: event.currentTarget.value })} /></Field>
        ))}
        <p class="actions wide"><button class="button primary" disabled={!strategy}>{strategy ? t.start : `${texts.loading} …`}</button></p>
      </form>
    </section>
  );
}
