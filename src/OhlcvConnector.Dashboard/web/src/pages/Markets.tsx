// The first page: everything that is followed, and the search over all that could be.
import '../styles/markets.css';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { server } from '../app.ts';
import { sorted, passes, type Column, type Sorting } from '../core/order.ts';
import { listings, readListings } from '../core/listings.ts';
import { go } from '../core/route.ts';
import { favour, favourites, followWatched, rows, rowsChanged, unwatch, watch, watched, type MarketRow } from '../core/rows.ts';
import { followSignals, refreshSignals } from '../core/signals.ts';
import { useStore } from '../core/store.ts';
import { partOf, scrollTo } from '../core/virtual.ts';
import { Icon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';
import { Row } from './MarketRow.tsx';
import { Search } from './MarketSearch.tsx';

const t = texts.markets;
const RowHeight = 44;
const sortable: readonly Column[] = ['symbol', 'exchange', 'price', 'change', 'range', 'volume', 'age', 'state', 'signal'];
const columns = ['favourite', 'symbol', 'exchange', 'price', 'change', 'range', 'volume', 'spark', 'age', 'state', 'signal', 'remove'] as const;
const FirstBases = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOGE', 'HYPE', 'BNB'];

export function Markets() {
  const state = useStore(server);
  const all = useStore(listings);
  const keys = useStore(watched);
  useEffect(() => { void readListings(); }, [state]);
  useEffect(() => followWatched(), []);
  useEffect(() => { followSignals(); void refreshSignals().catch(() => undefined); }, []); // a server without rules has none
  useEffect(() => {
    if (keys === null && !all.isReading && all.all.length > 0) {
      watch(firstOf());
    }
  }, [all, keys]);
  return (
    <section class="markets">
      <h1 class="visually-hidden">{t.title}</h1>
      <Table />
    </section>
  );
}

/** What a newcomer sees: the best known markets of each exchange, in the market that it has by default. */
function firstOf(): string[] {
  const exchanges = server.value?.answer.exchanges ?? [];
  return exchanges.flatMap(({ exchange, defaultMarket, markets }) => {
    const own = listings.value.all.filter(({ row }) => row.exchange === exchange && row.status === 'trading'
      && row.market === (defaultMarket ?? markets[0]?.market) && /^(USDT|USDC)$/.test(row.quote));
    return FirstBases.map((base) => own.find(({ row }) => row.base === base)?.key).filter((key): key is string => key !== undefined);
  });
}

function Table() {
  useStore(rowsChanged);
  const likes = useStore(favourites);
  const liked = useMemo(() => new Set(likes), [likes]);
  const [words, setWords] = useState('');
  const [exchange, setExchange] = useState('');
  const [market, setMarket] = useState('');
  const [onlyFavourites, setOnly] = useState(false);
  const [sorting, setSorting] = useState<Sorting>({ column: null, isDown: true });
  const [chosen, choose] = useState<string | null>(null);
  const [view, setView] = useState({ top: 0, height: 900 });
  const scroller = useRef<HTMLDivElement>(null);
  const list = useOrder({ words, exchange, market, onlyFavourites, favourites: liked }, sorting);
  const part = partOf(list.length, RowHeight, view.top, view.height);
  const index = list.findIndex((row) => row.key === chosen);

  useLayoutEffect(() => {
    const box = scroller.current!;
    const look = () => setView({ top: box.scrollTop, height: box.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(box);
    box.addEventListener('scroll', look, { passive: true });
    return () => { observer.disconnect(); box.removeEventListener('scroll', look); };
  }, []);

  const move = (to: number) => {
    const next = list[Math.max(0, Math.min(list.length - 1, to))];
    if (next) {
      choose(next.key);
      scroller.current!.scrollTop = scrollTo(list.indexOf(next), RowHeight, scroller.current!.scrollTop, view.height - RowHeight);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    const page = Math.floor(view.height / RowHeight) - 1;
    const steps: Record<string, number> = {
      ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: list.length - 1,
    };
    const row = list[index];
    if (event.target !== event.currentTarget && !(event.key in steps)) {
      return; // a button in a row
    }
    if (event.key in steps) {
      move(steps[event.key]!);
    } else if (row && event.key === 'Enter') {
      open(row);
    } else if (row && (event.key === 'f' || event.key === 'F')) {
      favour(row.key);
    } else if (row && (event.key === 'Delete' || event.key === 'Backspace')) {
      unwatch([row.key]);
      move(index + 1);
    } else {
      return;
    }
    event.preventDefault();
  };

  const [exchanges, markets] = useMemo(
    () => [[...new Set([...rows.values()].map((row) => row.exchange))], [...new Set([...rows.values()].map((row) => row.market))]], [rows.size]);
  return (
    <>
      <div class="toolbar">
        <Search words={words} onWords={setWords} onDown={() => { scroller.current?.focus(); move(Math.max(0, index)); }} />
        <button class={`button toggle ${onlyFavourites ? 'on' : ''}`} aria-pressed={onlyFavourites} aria-label={t.favourites} onClick={() => setOnly(!onlyFavourites)}>
          <Icon name="star" filled={onlyFavourites} /><span>{t.favourites}</span>
        </button>
        <select aria-label={t.exchange} value={exchange} onChange={(event) => setExchange(event.currentTarget.value)}>
          <option value="">{t.anyExchange}</option>{exchanges.map((name) => <option key={name}>{name}</option>)}
        </select>
        <select aria-label={t.market} value={market} onChange={(event) => setMarket(event.currentTarget.value)}>
          <option value="">{t.anyMarket}</option>{markets.map((name) => <option key={name}>{name}</option>)}
        </select>
        <span class="count" role="status">{list.length === rows.size ? t.following(rows.size) : t.shown(list.length, rows.size)}</span>
      </div>
      <div class="table" ref={scroller} role="grid" tabIndex={0} aria-label={t.caption} aria-rowcount={list.length + 1} aria-describedby="markets-hint"
        aria-activedescendant={index >= 0 ? `row-${index}` : undefined} onKeyDown={onKey}>
        <div class="row head" role="row" aria-rowindex={1}>
          {columns.map((column) => <Head key={column} column={column} sorting={sorting} onSort={setSorting} />)}
        </div>
        <div class="rows" role="rowgroup" style={{ paddingTop: `${part.before}px`, paddingBottom: `${part.after}px` }}>
          {list.slice(part.first, part.last).map((row, offset) => (
            <Row key={row.key} row={row} version={row.version} index={part.first + offset} isChosen={row.key === chosen} isFavourite={liked.has(row.key)}
              age={row.heardAt === null ? null : Math.floor((performance.now() - row.heardAt) / 1_000)} onChoose={choose} onOpen={open} />
          ))}
        </div>
        {list.length === 0 && <p class="empty">{rows.size === 0 ? t.empty : t.nothingMatches}</p>}
      </div>
      <p class="hint" id="markets-hint">{t.hint}</p>
    </>
  );
}

const open = (row: MarketRow) => go('chart', { s: row.key });

function Head({ column, sorting, onSort }: { column: (typeof columns)[number]; sorting: Sorting; onSort: (sorting: Sorting) => void }) {
  const by = sortable.find((one) => one === column);
  const isSorted = by !== undefined && sorting.column === by;
  return (
    <div class={`cell c-${column}`} role="columnheader" aria-sort={isSorted ? (sorting.isDown ? 'descending' : 'ascending') : undefined}>
      {by ? (
        <button title={t.sortBy(t.columns[column])}
          onClick={() => onSort(!isSorted ? { column: by, isDown: by !== 'symbol' && by !== 'exchange' } : isSorted && sorting.isDown === (by !== 'symbol' && by !== 'exchange')
            ? { column: by, isDown: !sorting.isDown } : { column: null, isDown: true })}>
          {t.columns[column]}{isSorted && <span class={`arrow ${sorting.isDown ? '' : 'turned'}`}><Icon name="down" /></span>}
        </button>
      ) : <span class={column === 'favourite' || column === 'remove' ? 'visually-hidden' : ''}>{t.columns[column]}</span>}
    </div>
  );
}

/** The order; while prices move it is made anew once a second, so that what is read does not jump. */
function useOrder(filter: Parameters<typeof passes>[1], sorting: Sorting): MarketRow[] {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setBeat((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return useMemo(
    () => sorted([...rows.values()].filter((row) => passes(row, filter)), sorting),
    [filter.words, filter.exchange, filter.market, filter.onlyFavourites, filter.favourites, sorting, rows.size, beat]);
}
