// Paper accounts: what they have, what they did, and orders by hand. Everything here is simulated trading, and says so.
import '../styles/portfolio.css';
import { useEffect, useState } from 'preact/hooks';
import { stream, tell, tellFailure, zone } from '../app.ts';
import { ask } from '../api/rest.ts';
import type { AccountRow } from '../api/rest.gen.ts';
import { percent, show, toneOf } from '../core/decimal.ts';
import { usePoll } from '../core/poll.ts';
import { note, place } from '../core/route.ts';
import { useStore } from '../core/store.ts';
import { moment } from '../core/time.ts';
import { Curve } from '../parts/Curve.tsx';
import { Decimal, sent, SureButton } from '../parts/forms.tsx';
import { Money } from '../parts/Money.tsx';
import { pageTexts, texts } from '../texts.ts';
import { AccountForm } from './AccountForm.tsx';
import { AccountTables } from './AccountTables.tsx';
import { OrderForm } from './OrderForm.tsx';

const t = pageTexts.portfolio;

export function PortfolioPage() {
  const { query } = useStore(place);
  const [beat, setBeat] = useState(0);
  const accounts = usePoll((signal) => ask('GET /api/v1/paper/accounts', { signal }), 5_000, [], beat);
  const [chosen, choose] = useState(query['account'] ?? '');
  const [isNew, setNew] = useState(false);
  useEffect(() => {
    let timer = 0;
    stream.onPaper = () => { // what changed is asked for, at most once in half a second
      timer ||= setTimeout(() => { timer = 0; setBeat((count) => count + 1); }, 500) as unknown as number;
    };
    stream.join('paper');
    return () => { stream.onPaper = () => undefined; clearTimeout(timer); };
  }, []);
  const known = accounts.data?.accounts;
  const account = known?.find((one) => one.name === chosen) ?? known?.[0];
  const open = (name: string) => { choose(name); setNew(false); note('portfolio', { account: name }); };
  const haltAll = () => void ask('POST /api/v1/paper/halt', { body: {} }).then(() => { tell(t.halted); accounts.again(); }, tellFailure);
  return (
    <>
      <header class="page-head"><h1>{t.title}</h1><span class="tag paper">{texts.paper}</span>
        {known && known.length > 0 && <SureButton label={t.haltAll} onSure={haltAll} />}
        {known && <button class="button primary" onClick={() => setNew(!isNew)}>{isNew ? texts.cancel : t.newAccount}</button>}
      </header>
      <p class="paper-note" role="note"><b>{texts.paper}</b> {texts.paperLong}</p>
      {accounts.problem && !known && <p class="empty">{accounts.problem.code === 'unknown_path' ? t.off : accounts.problem.message}</p>}
      {(isNew || known?.length === 0) && <AccountForm onMade={(name) => { accounts.again(); open(name); }} />}
      <div class="cards accounts">{known?.map((one) => (
        <button key={one.name} class={`card account ${one.name === account?.name ? 'chosen' : ''}`} aria-pressed={one.name === account?.name} onClick={() => open(one.name)}>
          <span class="account-name"><b>{one.name}</b><span class="tag paper">{texts.paper}</span>{one.halt && <span class="tag bad">{t.halted}</span>}{(one.problem ?? one.strategyError) && <span class="tag bad">!</span>}</span>
          <span class="account-equity" data-equity={one.equity}><Money value={one.equity} currency={one.currency} /> <small>{one.currency}</small></span>
          <span class={toneOf(one.returnPercent)}>{percent(Number(one.returnPercent) / 100)}</span>
          <small>{one.strategy ?? t.manual} · {one.series.join(', ')}</small>
        </button>
      ))}</div>
      {account && <Account key={account.name} account={account} beat={beat} onChange={accounts.again} />}
    </>
  );
}

function Account({ account, beat, onChange }: { account: AccountRow; beat: number; onChange: () => void }) {
  const zoneNow = useStore(zone);
  const path = { account: account.name };
  const [own, setOwn] = useState(0);
  const equity = usePoll((signal) => ask('GET /api/v1/paper/accounts/{account}/equity', { path, query: { limit: 1_000 } as never, signal }), 10_000, [account.name]);
  const changed = () => { setOwn((count) => count + 1); onChange(); };
  const act = (route: 'halt' | 'resume' | 'deposit' | 'reset', body: object) =>
    void ask(`POST /api/v1/paper/accounts/{account}/${route}`, { path, body: body as never }).then(() => changed(), tellFailure);
  const points = (equity.data?.equity ?? []).map((row) => [Date.parse(row.time), Number(row.equity)] as const).sort(([a], [b]) => a - b);
  return (
    <div class="split">
      <div class="stack">
        {account.halt && <p class="problem">{t.haltedBecause(account.halt)}</p>}
        {(account.problem ?? account.strategyError) && <p class="problem">{account.problem ?? account.strategyError}</p>}
        <section class="card">
          <dl class="facts">
            <div><dt>{t.equity}</dt><dd><Money value={account.equity} currency={account.currency} /></dd></div><div><dt>{t.cash}</dt><dd><Money value={account.cash} currency={account.currency} /></dd></div>
            <div><dt>{t.returned}</dt><dd class={toneOf(account.returnPercent)}>{percent(Number(account.returnPercent) / 100)}</dd></div>
            <div><dt>{t.fees}</dt><dd><Money value={account.fees} currency={account.currency} /></dd></div><div><dt>{t.fills}</dt><dd>{account.fills}</dd></div><div><dt>{t.trades}</dt><dd>{account.trades}</dd></div>
            <div><dt>{t.start}</dt><dd class="small">{moment(Date.parse(account.start), zoneNow, false)}</dd></div>
          </dl>
          <Curve lines={[{ name: `${texts.paper} ${t.curve}`, points }]} label={t.curve} format={(value) => show(value.toFixed(2))} filled />
        </section>
        <AccountTables account={account} beat={beat + own} onChange={changed} />
      </div>
      <aside class="stack">
        <OrderForm account={account} onPlaced={changed} />
        <section class="card stack">
          <h2>{t.kill}</h2>
          {account.halt ? <button class="button primary" onClick={() => act('resume', {})}>{t.resume}</button> : (
            <p class="actions"><SureButton label={t.halt} onSure={() => act('halt', {})} /><SureButton label={t.haltClose} onSure={() => act('halt', { closePositions: true })} /></p>
          )}
          <Deposit onDeposit={(amount) => act('deposit', { amount })} />
          <p class="actions">
            <SureButton small label={t.reset} onSure={() => act('reset', {})} />
            <SureButton small label={t.closeAccount} onSure={() => void ask('DELETE /api/v1/paper/accounts/{account}', { path }).then(changed, tellFailure)} />
          </p>
        </section>
      </aside>
    </div>
  );
}

function Deposit({ onDeposit }: { onDeposit: (amount: unknown) => void }) {
  const [amount, setAmount] = useState('');
  return (
    <form class="toolbar" onSubmit={(event) => {
      event.preventDefault();
      try {
        onDeposit(sent(amount, t.deposit));
        setAmount('');
      } catch (error) {
        tellFailure(error);
      }
    }}>
      <Decimal label={`${t.deposit} (${t.withdraw})`} value={amount} onInput={setAmount} required />
      <button class="button">{t.deposit}</button>
    </form>
  );
}
