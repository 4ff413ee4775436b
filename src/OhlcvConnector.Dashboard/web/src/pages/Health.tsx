// How the server is, and what to do when something is not as it should be.
import '../styles/health.css';
import { useState } from 'preact/hooks';
import { zone } from '../app.ts';
import { ask } from '../api/rest.ts';
import type { BusDetailsRow, ClusterDetailsRow, HealthDetailsAnswer, ReadyAnswer } from '../api/rest.gen.ts';
import { short } from '../core/decimal.ts';
import { marketOf } from '../core/keys.ts';
import { usePoll } from '../core/poll.ts';
import { firstMarket } from '../core/rows.ts';
import { useStore } from '../core/store.ts';
import { clock, duration, moment, usualIntervals } from '../core/time.ts';
import { List } from '../parts/forms.tsx';
import { pageTexts, texts } from '../texts.ts';
import { CalendarMap } from './CalendarMap.tsx';
import { SymbolPicker } from './SymbolPicker.tsx';

const t = pageTexts.health;

/** What to do about something that the server says of itself. */
export function adviceFor(words: string): string {
  return /the bus/.test(words) ? t.advice.bus : /cluster/.test(words) ? t.advice.cluster : /the rule .* was stopped/.test(words) ? t.advice.rule : /not as .* wishes/.test(words) ? t.advice.wish
    : /not connected|upstream/.test(words) ? t.advice.connect : /API keys/.test(words) ? t.advice.keys : /notices wait/.test(words) ? t.advice.notices
    : /paper account/.test(words) ? t.advice.paper : /not followed yet/.test(words) ? t.advice.preload : /stale|reconnecting/.test(words) ? t.advice.stale : t.advice.other;
}

export function HealthPage() {
  const ready = usePoll((signal) => ask('GET /ready', { signal }), 3_000);
  const details = usePoll((signal) => ask('GET /api/v1/health', { signal }), 3_000);
  const isGood = ready.data?.status === 'ready' && ready.data.degraded.length === 0;
  return (
    <>
      <header class="page-head"><h1>{t.title}</h1>
        {ready.data && <span class={`tag ${ready.data.status === 'ready' ? 'good' : 'bad'}`} data-ready={ready.data.status}>{ready.data.status === 'ready' ? t.ready : `${t.notReady}: ${ready.data.reason ?? ''}`}</span>}
      </header>
      <div class="stack">
        {ready.problem && <p class="problem">{ready.problem.message}</p>}
        {isGood && !ready.problem && <p class="all-good">{t.good}</p>}
        {ready.data && ready.data.degraded.length > 0 && (
          <section class="card" aria-label={t.degraded}><h2>{t.degraded}</h2>
            <ul class="degraded">{ready.data.degraded.map((words) => <li key={words}><p class="state s-bad"><i />{words}</p><p class="quiet"><b>{t.todo}:</b> {adviceFor(words)}</p></li>)}</ul>
          </section>
        )}
        {details.data ? <Details data={details.data} /> : ready.data && <Markets ready={ready.data} problem={details.problem?.message ?? null} />}
        <Coverage />
      </div>
    </>
  );
}

function Details({ data }: { data: HealthDetailsAnswer }) {
  const zoneNow = useStore(zone);
  const { clients, archive } = data;
  return (
    <>
      <section class="card"><dl class="facts">
        {fact(t.version, data.version.split('+')[0]!)}{fact(t.uptime, duration(Number(data.uptimeSeconds) * 1_000))}{fact(t.memory, `${short(data.memoryBytes)}B`)}
        {Object.entries(data.series).map(([state, count]) => fact(`${t.series}: ${state}`, count as string, state !== 'live' && Number(count) > 0))}
      </dl></section>
      <section class="card" aria-label={t.exchanges}><h2>{t.exchanges} <small>{t.readSince}</small></h2>
        <List label={t.exchanges} rows={data.markets} empty={pageTexts.portfolio.nothing} keyOf={(row) => `${row.exchange} ${row.market}`} columns={[
          [t.market, (row) => <span class={`state s-${row.circuit === 'open' ? 'bad' : Number(row.connections) > 0 ? 'good' : Number(row.followedSeries) > 0 ? 'warn' : 'idle'}`}><i /><b>{row.exchange}</b> {row.market}</span>],
          [t.series, (row) => row.followedSeries, 'number'], [t.connections, (row) => row.connections, 'number'], [t.circuit, (row) => <span class={`tag ${row.circuit === 'closed' ? 'good' : row.circuit === 'open' ? 'bad' : 'warn'}`}>{row.circuit}</span>],
          [t.budget, (row) => <span class="budget"><meter min="0" max="1" high={0.8} value={Number(row.requestBudgetUsed)} aria-label={t.budget} />{Math.round(Number(row.requestBudgetUsed) * 100)} %</span>],
          [t.quotes, (row) => short(String(Number(row.openQuotes) + Number(row.closedQuotes))), 'number'], [t.gaps, (row) => <span class={Number(row.gapsUnfilled) > 0 ? 'down' : ''}>{row.gapsFound}, {row.gapsFilled}, {row.gapsUnfilled}</span>, 'number'],
          [t.repairs, (row) => row.repairs, 'number'], [t.duplicates, (row) => row.duplicates, 'number'], [t.reconnections, (row) => row.reconnections, 'number'],
          [t.errors, (row) => String(Number(row.connectionErrors) + Number(row.malformedFrames) + Number(row.refusedCandles) + Number(row.repairsFailed)), 'number'], [t.closedWaiting, (row) => row.closedWaiting, 'number'],
          [t.last, (row) => (row.lastMessage ? <time title={moment(Date.parse(row.lastMessage), zoneNow)}>{clock(Date.parse(row.lastMessage), zoneNow)}</time> : '–')],
        ]} />
      </section>
      <div class="cards">
        <section class="card"><h2>{t.clients}</h2><dl class="facts">
          {fact(t.connected, clients.connected)}{fact(t.subscriptions, clients.subscriptions)}{fact(t.deliveries, short(clients.deliveries))}{fact(t.bytes, `${short(clients.bytesOut)}B`)}{fact(t.conflated, short(clients.conflated))}
          {fact(t.slow, clients.slowClosed, Number(clients.slowClosed) > 0)}{fact(t.refused, clients.refused, Number(clients.refused) > 0)}
        </dl></section>
        <section class="card"><h2>{t.archive}</h2>{archive ? <><p class="quiet wrap">{archive.location}</p><dl class="facts">
          {fact(t.kept, short(archive.kept))}{fact(t.revised, archive.revised)}{fact(t.missing, archive.missing)}{fact(t.failedWrites, archive.failedWrites, Number(archive.failedWrites) > 0)}
        </dl></> : <p class="quiet">{t.noArchive}</p>}</section>
        {data.bus && <Bus bus={data.bus} />}
        {data.cluster && <Cluster cluster={data.cluster} />}
      </div>
      {!data.bus && <p class="quiet">{t.noBus}</p>}
    </>
  );
}

const fact = (name: string, value: string | number, isBad = false) => <div key={name}><dt>{name}</dt><dd class={isBad ? 'down' : ''}>{value}</dd></div>;

/** The bus that this server publishes to, or reads from. */
function Bus({ bus }: { bus: BusDetailsRow }) {
  return (
    <section class="card" aria-label={t.bus}><header><h2>{t.bus}</h2><span class={`tag ${bus.problem ? 'bad' : 'good'}`}>{t.roles[bus.role] ?? bus.role}</span></header>
      {bus.location && <p class="quiet wrap">{bus.location}</p>}
      {bus.problem && <p class="problem">{bus.problem}</p>}
      {bus.published !== null && <dl class="facts">
        {fact(t.series, bus.series ?? '–')}{fact(t.published, short(bus.published))}{fact(t.alreadyThere, short(bus.alreadyThere))}{fact(t.fenced, bus.fenced ?? '–')}
        {fact(t.toldGaps, bus.gaps ?? '–', Number(bus.gaps) > 0)}{fact(t.failedAttempts, bus.failedAttempts ?? '–')}{fact(t.waitingForBus, bus.waiting ?? '–')}
        {fact(t.lag, duration(Number(bus.lagSeconds) * 1_000), Number(bus.lagSeconds) > 30)}
      </dl>}
    </section>
  );
}

/** The cluster of which this server is a node. */
function Cluster({ cluster }: { cluster: ClusterDetailsRow }) {
  return (
    <section class="card" aria-label={t.cluster}><header><h2>{t.cluster}</h2><span class={`tag ${cluster.problem ? 'bad' : 'good'}`}>{t.node} {cluster.node}</span></header>
      {cluster.problem && <p class="problem">{cluster.problem}</p>}
      <dl class="facts">
        {fact(t.nodes, cluster.nodes)}{fact(t.carried, `${cluster.carriedSeries} / ${cluster.wantedSeries}`)}{fact(t.shards, `${cluster.carriedShards} / ${cluster.shards}`)}
        {fact(t.unplaced, cluster.unplacedSeries, Number(cluster.unplacedSeries) > 0)}{fact(t.unknown, cluster.unknownSeries, Number(cluster.unknownSeries) > 0)}
        {fact(t.moved, `${cluster.taken}, ${cluster.given}, ${cluster.lost}`, Number(cluster.lost) > 0)}
      </dl>
    </section>
  );
}

/** What a server says that has no details, or to a key that may not read them. */
function Markets({ ready, problem }: { ready: ReadyAnswer; problem: string | null }) {
  return (
    <section class="card" aria-label={t.exchanges}><h2>{t.exchanges}</h2>
      {problem && <p class="quiet">{t.noDetails} {problem}</p>}
      <List label={t.exchanges} rows={ready.exchanges} empty={pageTexts.portfolio.nothing} keyOf={(row) => `${row.exchange} ${row.contract_type}`} columns={[
        [t.market, (row) => <span class={`state s-${row.healthy ? 'good' : 'bad'}`}><i /><b>{row.exchange}</b> {row.contract_type}</span>], [t.connections, (row) => row.active_connections, 'number'],
        [t.circuit, (row) => row.circuit_state], [t.quotes, (row) => short(row.total_quotes), 'number'], [t.errors, (row) => row.total_errors, 'number'],
      ]} />
    </section>
  );
}

function Coverage() {
  const [key, setKey] = useState(firstMarket);
  const [interval, setInterval] = useState('1m');
  const calendar = usePoll((signal) => ask('GET /api/v1/archive/calendar', { query: { ...marketOf(key), interval }, signal }), 60_000, [key, interval]);
  return (
    <section class="card" aria-label={t.calendar}>
      <header><h2>{t.calendar}</h2><SymbolPicker chosen={key} onChoose={setKey} />
        <select aria-label={texts.chart.interval} value={interval} onChange={(event) => setInterval(event.currentTarget.value)}>{usualIntervals.map((one) => <option key={one}>{one}</option>)}</select>
      </header>
      {calendar.problem ? <p class="quiet">{calendar.problem.message}</p> : calendar.data ? <CalendarMap days={calendar.data.days} /> : <p class="quiet">{texts.loading} …</p>}
    </section>
  );
}
