// Positions, orders, fills and trades of a paper account.
import { useState } from 'preact/hooks';
import { tell, tellFailure, zone } from '../app.ts';
import { ask } from '../api/rest.ts';
import type { AccountRow, OrderRow } from '../api/rest.gen.ts';
import { percent, show } from '../core/decimal.ts';
import { usePoll } from '../core/poll.ts';
import { useStore } from '../core/store.ts';
import { moment } from '../core/time.ts';
import { Decimal, List, sent, Tabs } from '../parts/forms.tsx';
import { Money } from '../parts/Money.tsx';
import { pageTexts, texts } from '../texts.ts';
import { tradeColumns } from './trades.tsx';

const t = pageTexts.portfolio;
const tabs = [['positions', t.positions], ['orders', t.openOrders], ['all', t.allOrders], ['fills', t.fills], ['trades', t.trades]] as const;
type Tab = (typeof tabs)[number][0];

export function AccountTables({ account, beat, onChange }: { account: AccountRow; beat: number; onChange: () => void }) {
  const [tab, setTab] = useState<Tab>('positions');
  return (
    <section class="card" aria-label={tabs.find(([name]) => name === tab)![1]}>
      <Tabs label={t.accounts} tabs={tabs} chosen={tab} onChoose={setTab} />
      {tab === 'positions' && <Positions account={account.name} currency={account.currency} beat={beat} />}
      {tab === 'orders' && <Orders account={account.name} currency={account.currency} beat={beat} isOpen onChange={onChange} />}
      {tab === 'all' && <Orders account={account.name} currency={account.currency} beat={beat} isOpen={false} onChange={onChange} />}
      {tab === 'fills' && <Fills account={account.name} currency={account.currency} beat={beat} />}
      {tab === 'trades' && <Trades account={account.name} currency={account.currency} beat={beat} />}
    </section>
  );
}

interface Of { account: string; currency: string; beat: number }

/** Asks anew with each change. */
const useRows = <T,>(read: (signal: AbortSignal) => Promise<T>, { account, beat }: Of): T | null => usePoll(read, 10_000, [account], beat).data;

function Positions(of: Of) {
  const data = useRows((signal) => ask('GET /api/v1/paper/accounts/{account}/positions', { path: { account: of.account }, signal }), of);
  const open = data?.positions.filter((row) => Number(row.quantity) !== 0) ?? [];
  return <List label={t.positions} rows={open} empty={data ? t.noPositions : `${texts.loading} …`} keyOf={(row) => row.series} columns={[
    [t.series, (row) => row.series], [t.quantity, (row) => <span class={Number(row.quantity) > 0 ? 'up' : 'down'}>{show(row.quantity, 0)}</span>, 'number'], [t.average, (row) => show(row.averagePrice), 'number'],
    [t.mark, (row) => show(row.mark), 'number'], [t.value, (row) => <Money value={row.value} currency={of.currency} />, 'number'],
    [t.profit, (row) => (row.averagePrice ? percent((Number(row.mark) / Number(row.averagePrice) - 1) * Math.sign(Number(row.quantity))) : '–'), 'number'],
  ]} />;
}

function Orders({ isOpen, onChange, ...of }: Of & { isOpen: boolean; onChange: () => void }) {
  const zoneNow = useStore(zone);
  const [changing, change] = useState<OrderRow | null>(null);
  const data = useRows((signal) => ask('GET /api/v1/paper/accounts/{account}/orders', { path: { account: of.account }, query: (isOpen ? { open: true } : { limit: 200 }) as never, signal }), of);
  const cancel = (order: OrderRow) => void ask('DELETE /api/v1/paper/accounts/{account}/orders/{order}', { path: { account: of.account, order: order.id } as never })
    .then(() => { tell(t.cancelled); onChange(); }, tellFailure);
  return (
    <>
      <List label={isOpen ? t.openOrders : t.allOrders} rows={data?.orders ?? []} empty={data ? t.noOrders : `${texts.loading} …`} keyOf={(row) => row.id} columns={[
        ['#', (row) => row.id, 'number'], [t.series, (row) => row.series], [t.side, (row) => <span class={row.side === 'buy' ? 'up' : 'down'}>{row.side}</span>], [t.type, (row) => row.type],
        [t.amount, (row) => `${show(row.amount, 0)} ${row.sizeKind}`, 'number'], [t.limit, (row) => show(row.limitPrice), 'number'], [t.stop, (row) => show(row.trigger ?? row.stopPrice), 'number'],
        [t.state, (row) => <span title={row.reason ?? ''}>{row.state}</span>], [t.time, (row) => moment(Date.parse(row.placed), zoneNow, false)],
        ...(isOpen ? [['', (row: OrderRow) => (
          <span class="actions"><button class="button small" onClick={() => change(row)}>{t.amend}</button><button class="button small danger" onClick={() => cancel(row)}>{texts.cancel}</button></span>
        )] as const] : [[t.reason, (row: OrderRow) => row.reason ?? '', 'wrap'] as const]),
      ]} />
      {changing && <Amend key={changing.id} account={of.account} order={changing} onDone={(isChanged) => { change(null); if (isChanged) { onChange(); } }} />}
    </>
  );
}

function Amend({ account, order, onDone }: { account: string; order: OrderRow; onDone: (isChanged: boolean) => void }) {
  const [numbers, setNumbers] = useState({ quantity: '', limitPrice: order.limitPrice ?? '', stopPrice: order.stopPrice ?? '' });
  const save = async () => {
    try {
      await ask('PUT /api/v1/paper/accounts/{account}/orders/{order}', {
        path: { account, order: order.id } as never,
        body: { quantity: sent(numbers.quantity, t.quantity), limitPrice: sent(numbers.limitPrice, t.limit), stopPrice: sent(numbers.stopPrice, t.stop) } as never,
      });
      tell(t.amended);
      onDone(true);
    } catch (error) {
      tellFailure(error);
    }
  };
  return (
    <form class="form amend" aria-label={`${t.amend} #${order.id}`} onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Decimal label={t.quantity} value={numbers.quantity} onInput={(quantity) => setNumbers({ ...numbers, quantity })} placeholder={order.amount} />
      {/limit/.test(order.type) && <Decimal label={t.limit} value={numbers.limitPrice} onInput={(limitPrice) => setNumbers({ ...numbers, limitPrice })} />}
      {/^stop/.test(order.type) && <Decimal label={t.stop} value={numbers.stopPrice} onInput={(stopPrice) => setNumbers({ ...numbers, stopPrice })} />}
      <p class="actions"><button class="button primary">{t.amend} #{order.id}</button><button type="button" class="button" onClick={() => onDone(false)}>{texts.cancel}</button></p>
    </form>
  );
}

function Fills(of: Of) {
  const zoneNow = useStore(zone);
  const data = useRows((signal) => ask('GET /api/v1/paper/accounts/{account}/fills', { path: { account: of.account }, query: { limit: 200 } as never, signal }), of);
  return <List label={t.fills} rows={data?.fills ?? []} empty={t.nothing} keyOf={(row) => row.number} columns={[
    ['#', (row) => row.number, 'number'], [t.time, (row) => moment(Date.parse(row.time), zoneNow, false)], [t.series, (row) => row.series],
    [t.quantity, (row) => <span class={Number(row.quantity) > 0 ? 'up' : 'down'}>{show(row.quantity, 0)}</span>, 'number'], [t.price, (row) => show(row.price), 'number'], [t.fee, (row) => <Money value={row.fee} currency={of.currency} />, 'number'],
    [t.reason, (row) => row.reason],
  ]} />;
}

function Trades(of: Of) {
  const zoneNow = useStore(zone);
  const data = useRows((signal) => ask('GET /api/v1/paper/accounts/{account}/trades', { path: { account: of.account }, query: { limit: 200 } as never, signal }), of);
  return <List label={t.trades} rows={data?.trades ?? []} empty={t.nothing} keyOf={(row) => row.number} columns={tradeColumns(zoneNow, of.currency)} />;
}
