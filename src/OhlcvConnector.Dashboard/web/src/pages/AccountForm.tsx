// Makes a paper account.
import { useState } from 'preact/hooks';
import { server, tell, tellFailure } from '../app.ts';
import { ask } from '../api/rest.ts';
import { marketOf } from '../core/keys.ts';
import { usePoll } from '../core/poll.ts';
import { firstMarket } from '../core/rows.ts';
import { usualIntervals } from '../core/time.ts';
import { Decimal, Field, sent } from '../parts/forms.tsx';
import { pageTexts, texts } from '../texts.ts';
import { Parameters } from './Parameters.tsx';

const t = pageTexts.portfolio;

export function AccountForm({ onMade }: { onMade: (name: string) => void }) {
  const strategies = usePoll((signal) => ask('GET /api/v1/strategies', { signal }), 0);
  const { symbol: symbols, ...first } = marketOf(firstMarket());
  const [form, setForm] = useState({ name: 'desk', ...first, symbols, interval: '1m', strategy: '', cash: '10000', takerFee: '', dailyLossLimit: '' });
  const [values, setValues] = useState<Record<string, string>>({});
  const [hasHooks, setHooks] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const strategy = strategies.data?.strategies.find((one) => one.name === form.strategy);
  const make = async () => {
    try {
      const answer = await ask('POST /api/v1/paper/accounts', {
        body: {
          name: form.name, exchange: form.exchange, market: form.market || undefined, symbols: form.symbols.split(',').map((one) => one.trim()).filter(Boolean), interval: form.interval,
          strategy: form.strategy || undefined, cash: sent(form.cash, t.cash), takerFee: sent(form.takerFee, t.takerFee), dailyLossLimit: sent(form.dailyLossLimit, t.dailyLoss), hooks: hasHooks || undefined,
          settings: strategy ? Object.fromEntries(Object.entries(values).filter(([, value]) => value).map(([name, value]) => [name, sent(value, name)])) : undefined,
        } as never,
      });
      tell(`${texts.paper}: ${t.created(form.name)}`);
      setSecret(answer.hookSecret ?? null);
      if (!answer.hookSecret) {
        onMade(form.name);
      }
    } catch (error) {
      tellFailure(error);
    }
  };
  if (secret) {
    return <p class="card">{t.secret}: <code>{secret}</code> <button class="button" onClick={() => onMade(form.name)}>{texts.close}</button></p>;
  }
  return (
    <section class="card account-form" aria-label={t.newAccount}>
      <header><h2>{t.newAccount}</h2><span class="tag paper">{texts.paper}</span></header>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void make(); }}>
        <Field label={t.name}><input required pattern="[A-Za-z0-9_\-]{1,40}" value={form.name} onInput={(event) => set({ name: event.currentTarget.value })} /></Field>
        <Field label={t.exchange}><select value={form.exchange} onChange={(event) => set({ exchange: event.currentTarget.value })}>{server.value?.answer.exchanges.map((one) => <option key={one.exchange}>{one.exchange}</option>)}</select></Field>
        <Field label={t.market}><select value={form.market} onChange={(event) => set({ market: event.currentTarget.value })}>{['spot', 'usdm', 'coinm'].map((one) => <option key={one}>{one}</option>)}</select></Field>
        <Field label={t.symbols}><input required value={form.symbols} onInput={(event) => set({ symbols: event.currentTarget.value })} /></Field>
        <Field label={t.interval}><select value={form.interval} onChange={(event) => set({ interval: event.currentTarget.value })}>{usualIntervals.map((one) => <option key={one}>{one}</option>)}</select></Field>
        <Decimal label={t.cash} value={form.cash} onInput={(cash) => set({ cash })} required />
        <Decimal label={t.takerFee} value={form.takerFee} onInput={(takerFee) => set({ takerFee })} placeholder="0.001" />
        <Decimal label={t.dailyLoss} value={form.dailyLossLimit} onInput={(dailyLossLimit) => set({ dailyLossLimit })} placeholder="0.05" />
        <Field label={t.strategy}><select value={form.strategy} onChange={(event) => { set({ strategy: event.currentTarget.value }); setValues({}); }}>
          <option value="">{t.manual}</option>{strategies.data?.strategies.filter((one) => !one.needsRules).map((one) => <option key={one.name}>{one.name}</option>)}
        </select></Field>
        {strategy && <Parameters strategy={strategy} values={values} onChange={setValues} />}
        <label class="check wide"><input type="checkbox" checked={hasHooks} onChange={(event) => setHooks(event.currentTarget.checked)} />{t.hooks}</label>
        <p class="actions wide"><button class="button primary">{t.newAccount}</button></p>
      </form>
    </section>
  );
}
