// What rules say: as it comes, why, and what came after; the rules themselves, and what others would have said.
import '../styles/signals.css';
import { useEffect, useState } from 'preact/hooks';
import { tellFailure, zone } from '../app.ts';
import type { SignalRow } from '../api/rest.gen.ts';
import { percent, show } from '../core/decimal.ts';
import { keyOf } from '../core/keys.ts';
import { followSignals, olderSignals, refreshSignals, signals } from '../core/signals.ts';
import { usePoll } from '../core/poll.ts';
import { useStore } from '../core/store.ts';
import { moment } from '../core/time.ts';
import { pageTexts } from '../texts.ts';
import { RuleEditor } from './RuleEditor.tsx';

const t = pageTexts.signals;

interface Filter { words: string; rule: string; direction: string; strength: number }

const passes = (one: SignalRow, filter: Filter) => `${one.symbol} ${one.venueSymbol} ${one.exchange} ${one.interval}`.toLowerCase().includes(filter.words.toLowerCase())
  && one.rule.includes(filter.rule) && (filter.direction === '' || one.direction === filter.direction) && Number(one.strength) >= filter.strength;

export function SignalsPage() {
  const all = useStore(signals);
  const [filter, setFilter] = useState<Filter>({ words: '', rule: '', direction: '', strength: 0 });
  const { problem } = usePoll(refreshSignals, 10_000); // what came after is known later
  const [hasOlder, setOlder] = useState(true);
  useEffect(() => followSignals(), []);
  const shown = all.filter((one) => passes(one, filter));
  const change = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  return (
    <>
      <header class="page-head"><h1>{t.title}</h1><span class="quiet" role="status">{t.count(shown.length)}</span></header>
      <div class="split">
        <section class="stack" aria-label={t.feed}>
          <div class="toolbar">
            <input type="search" placeholder={t.symbol} aria-label={t.symbol} value={filter.words} onInput={(event) => change({ words: event.currentTarget.value })} />
            <input type="search" placeholder={t.rule} aria-label={t.rule} value={filter.rule} onInput={(event) => change({ rule: event.currentTarget.value })} />
            <select aria-label={t.direction} value={filter.direction} onChange={(event) => change({ direction: event.currentTarget.value })}>
              <option value="">{t.direction}: {t.any}</option>{['long', 'short', 'exit', 'neutral'].map((one) => <option key={one} value={one}>{one}</option>)}
            </select>
            <label class="check"><span class="quiet">{t.strength}</span>
              <input type="number" min="0" max="100" step="10" value={filter.strength} onInput={(event) => change({ strength: Number(event.currentTarget.value) })} />
            </label>
          </div>
          {problem && <p class="problem">{problem.message}</p>}
          {all.length === 0 && !problem && <p class="empty">{t.empty}</p>}
          <ol class="feed" aria-live="off">{shown.slice(0, 200).map((one) => <Signal key={one.id} one={one} />)}</ol>
          {all.length > 0 && hasOlder && <p class="actions"><button class="button" onClick={() => void olderSignals().then(setOlder, tellFailure)}>{t.more}</button></p>}
        </section>
        <RuleEditor />
      </div>
    </>
  );
}

export function Signal({ one }: { one: SignalRow }) {
  const zoneNow = useStore(zone);
  const after = Object.entries(one.after ?? {});
  return (
    <li class={`signal d-${one.direction}`} data-id={one.id}>
      <details>
        <summary>
          <span class={`tag d-${one.direction}`}>{one.direction}</span>
          <span class="signal-words"><b>{one.title}</b><small>{one.symbol} · {one.exchange} {one.market} · {one.interval} · {one.rule}</small></span>
          <span class="signal-side"><b>{show(one.price)}</b><time>{moment(Date.parse(one.closeTime), zoneNow, false)}</time></span>
          <span class="strength" title={`${one.strength}`}><i style={{ width: `${Number(one.strength)}%` }} /></span>
        </summary>
        <div class="signal-body">
          <table class="list">
            <caption class="visually-hidden">{t.parts}</caption>
            <tbody>{one.parts.map((part) => (
              <tr key={part.text}>
                <td class="wrap"><code>{part.text}</code>{part.group && <small> {part.group}</small>}</td>
                <td class="number">{part.value === null || part.value === undefined ? '' : Number(Number(part.value).toPrecision(7))}</td>
                <td><span class={`tag ${Number(part.score) > 0 ? 'good' : Number(part.score) < 0 ? 'bad' : ''}`}>{Number(part.score) > 0 ? t.holds : Number(part.score) < 0 ? t.votesShort : t.not}</span></td>
                <td class="number quiet">{t.weight} {part.weight}</td>
              </tr>
            ))}</tbody>
          </table>
          <dl class="facts">
            {['1', '4', '24'].map((candles) => {
              const found = after.find(([name]) => name === candles)?.[1];
              return <div key={candles}><dt>{t.later(candles)}</dt><dd class={found?.change ? (Number(found.change) >= 0 ? 'up' : 'down') : 'quiet'}>{found ? percent(Number(found.change ?? 0)) : '…'}</dd></div>;
            })}
            <div><dt>{t.chart}</dt><dd><a href={`#/chart?s=${keyOf(one.exchange, one.market, one.symbol)}&i=${one.interval}`}>{one.symbol} {one.interval}</a></dd></div>
          </dl>
          <p>{one.late && <span class="tag warn">{t.late}</span>} {one.provisional && <span class="tag warn">{t.provisional}</span>}</p>
        </div>
      </details>
    </li>
  );
}
