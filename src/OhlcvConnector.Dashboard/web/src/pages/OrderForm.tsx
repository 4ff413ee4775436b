// Places a simulated order.
import { useState } from 'preact/hooks';
import { tell, tellFailure } from '../app.ts';
import { ask } from '../api/rest.ts';
import type { AccountRow } from '../api/rest.gen.ts';
import { Decimal, Field, sent } from '../parts/forms.tsx';
import { pageTexts, texts } from '../texts.ts';

const t = pageTexts.portfolio;

type Kind = keyof typeof t.kinds;

const Empty = { amount: '', limitPrice: '', stopPrice: '', trailBy: '', stopLoss: '', takeProfit: '' };

/** The symbol of a series such as "binance spot BTCUSDT 1m". */
export const symbolOf = (series: string): string => series.split(' ')[2] ?? series;

export function OrderForm({ account, onPlaced }: { account: AccountRow; onPlaced: () => void }) {
  const [symbol, setSymbol] = useState(symbolOf(account.series[0] ?? ''));
  const [type, setType] = useState('market');
  const [kind, setKind] = useState<Kind>('percent');
  const [numbers, setNumbers] = useState(Empty);
  const [isReduceOnly, setReduceOnly] = useState(false);
  const set = (name: keyof typeof Empty) => (value: string) => setNumbers({ ...numbers, [name]: value });
  const place = async (side: 'buy' | 'sell') => {
    try {
      const answer = await ask('POST /api/v1/paper/accounts/{account}/orders', {
        path: { account: account.name },
        body: {
          side, symbol, type, ...(kind === 'position' ? { position: true } : { [kind]: sent(numbers.amount, t.amount) }),
          limitPrice: /limit/.test(type) ? sent(numbers.limitPrice, t.limit) : undefined, stopPrice: /^stop/.test(type) ? sent(numbers.stopPrice, t.stop) : undefined,
          trailBy: type === 'trailing-stop' ? sent(numbers.trailBy, t.trail) : undefined, stopLoss: sent(numbers.stopLoss, t.stopLoss), takeProfit: sent(numbers.takeProfit, t.takeProfit),
          reduceOnly: isReduceOnly || undefined, id: crypto.randomUUID?.(), // so that an order whose answer was lost is not placed twice
        } as never,
      });
      tell(`${texts.paper}: ${t.placed(answer.order)}`);
      setNumbers(Empty);
      onPlaced();
    } catch (error) {
      tellFailure(error);
    }
  };
  return (
    <section class="card" aria-label={t.place}>
      <header><h2>{t.place}</h2><span class="tag paper">{texts.paper}</span></header>
      <form class="form order-form" onSubmit={(event) => { event.preventDefault(); void place((event.submitter as HTMLButtonElement | null)?.value === 'sell' ? 'sell' : 'buy'); }}>
        <div class="wide"><Field label={t.series}><select value={symbol} onChange={(event) => setSymbol(event.currentTarget.value)}>{account.series.map((one) => <option key={one} value={symbolOf(one)}>{one}</option>)}</select></Field></div>
        <Field label={t.type}><select value={type} onChange={(event) => setType(event.currentTarget.value)}>{t.types.map((one) => <option key={one}>{one}</option>)}</select></Field>
        <Field label={t.amountKind}><select value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>{Object.entries(t.kinds).map(([name, words]) => <option key={name} value={name}>{words}</option>)}</select></Field>
        {kind !== 'position' && <Decimal label={t.amount} value={numbers.amount} onInput={set('amount')} required />}
        {/limit/.test(type) && <Decimal label={t.limit} value={numbers.limitPrice} onInput={set('limitPrice')} required />}
        {/^stop/.test(type) && <Decimal label={t.stop} value={numbers.stopPrice} onInput={set('stopPrice')} required />}
        {type === 'trailing-stop' && <Decimal label={t.trail} value={numbers.trailBy} onInput={set('trailBy')} required />}
        <Decimal label={t.stopLoss} value={numbers.stopLoss} onInput={set('stopLoss')} />
        <Decimal label={t.takeProfit} value={numbers.takeProfit} onInput={set('takeProfit')} />
        <label class="check wide"><input type="checkbox" checked={isReduceOnly} onChange={(event) => setReduceOnly(event.currentTarget.checked)} />{t.reduceOnly}</label>
        <p class="actions wide sides"><button class="button buy" value="buy">{t.buy}</button><button class="button sell" value="sell">{t.sell}</button></p>
      </form>
    </section>
  );
}
