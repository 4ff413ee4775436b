// A row of the table of markets.
import { memo } from '../core/memo.ts';
import { percent, short, show, toneOf } from '../core/decimal.ts';
import { favour, unwatch, type MarketRow } from '../core/rows.ts';
import { duration } from '../core/time.ts';
import { Icon } from '../parts/icons.tsx';
import { Spark } from '../parts/Spark.tsx';
import { texts } from '../texts.ts';

const t = texts.markets;

interface Props {
  row: MarketRow; version: number; index: number; isChosen: boolean; isFavourite: boolean; age: number | null;
  onChoose: (key: string) => void; onOpen: (row: MarketRow) => void;
}

export const Row = memo<Props>(({ row, index, isChosen, isFavourite, age, onChoose, onOpen }) => {
  const look = row.look;
  const isUp = (look.change ?? 0) >= 0;
  const [base, quote] = row.symbol.split('/');
  return (
    <div class={`row ${isChosen ? 'chosen' : ''} is-${row.status}`} role="row" id={`row-${index}`} aria-rowindex={index + 2} aria-selected={isChosen}
      data-key={row.key} onClick={() => onChoose(row.key)} onDblClick={() => onOpen(row)}>
      <div class="cell c-favourite" role="gridcell">
        <button class={`star ${isFavourite ? 'on' : ''}`} tabIndex={-1} aria-pressed={isFavourite} aria-label={t.favour(row.symbol)}
          onClick={() => favour(row.key)}><Icon name="star" filled={isFavourite} /></button>
      </div>
      <div class="cell c-symbol" role="gridcell">
        <a tabIndex={-1} href={`#/chart?s=${row.key}`}><b>{base}</b>{quote && <span>/{quote}</span>}</a><small>{row.exchange} {row.market}</small>
      </div>
      <div class="cell c-exchange" role="gridcell">{row.exchange} <small>{row.market}</small></div>
      <div class="cell c-price number" role="gridcell">
        <span class={`price ${row.move > 0 ? 'rose' : row.move < 0 ? 'fell' : ''}${row.moves % 2 ? ' again' : ''}`} data-price={look.price ?? ''}>{show(look.price)}</span>
      </div>
      <div class={`cell c-change number ${toneOf(look.change)}`} role="gridcell">{percent(look.change)}</div>
      <div class="cell c-range" role="gridcell"><Range low={look.low} high={look.high} price={look.price} /></div>
      <div class="cell c-volume number" role="gridcell" title={look.volume ?? undefined}>{short(look.volume)}</div>
      <div class="cell c-spark" role="gridcell"><Spark closes={look.closes} isUp={isUp} /></div>
      <div class="cell c-age number" role="gridcell">{age === null ? '–' : duration(age * 1_000).replace('.0', '')}</div>
      <div class="cell c-state" role="gridcell" title={row.reason ?? ""}><span class={`state s-${row.status}`}><i />{t.states[row.status]}</span></div>
      <div class="cell c-signal" role="gridcell">
        {row.signal && <span class={`tag d-${row.signal.direction}`} title={t.signalOf(row.signal.title, Number(row.signal.strength))}>{row.signal.direction}</span>}
      </div>
      <div class="cell c-remove" role="gridcell">
        <button class="icon-button" tabIndex={-1} aria-label={t.drop(row.symbol)} onClick={() => unwatch([row.key])}><Icon name="close" /></button>
      </div>
    </div>
  );
}, (a, b) => a.row === b.row && a.version === b.version && a.index === b.index && a.isChosen === b.isChosen && a.isFavourite === b.isFavourite && a.age === b.age);

/** Where the price is between the lowest and the highest of the day. */
function Range({ low, high, price }: { low: string | null; high: string | null; price: string | null }) {
  if (low === null || high === null || price === null) {
    return null;
  }
  const span = Number(high) - Number(low);
  const place = span > 0 ? ((Number(price) - Number(low)) / span) * 100 : 50;
  return (
    <span class="range">
      <small>{show(low)}</small><span class="bar"><i style={{ left: `${place}%` }} /></span><small>{show(high)}</small>
    </span>
  );
}
