// Charts of any series and interval, one or several side by side.
import '../styles/chart.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { server, tell, tellFailure } from '../app.ts';
import { readCells, writeCells, type Cell, type ChartPlace } from '../core/cells.ts';
import { marketOf } from '../core/keys.ts';
import { listings, readListings } from '../core/listings.ts';
import { note, place } from '../core/route.ts';
import { watched } from '../core/rows.ts';
import { useStore } from '../core/store.ts';
import { lengthOf, usualIntervals } from '../core/time.ts';
import { catalog, readCatalog } from '../chart/catalog.ts';
import { texts } from '../texts.ts';
import { ChartCell } from './ChartCell.tsx';
import { IndicatorPicker } from './IndicatorPicker.tsx';
import { SymbolPicker } from './SymbolPicker.tsx';

const t = texts.chart;
/** Lengths that exchanges lack and that the server builds of shorter candles. */
const Built = ['2m', '7m', '10m', '20m', '45m', '90m', '3h', '5h', '10h', '2d', '2w'];

export function ChartPage() {
  const { query } = useStore(place);
  const state = useStore(server);
  const all = useStore(listings);
  useStore(catalog);
  const asked = useMemo(() => readCells(query), [query]);
  const [shown, show] = useState<ChartPlace>(asked);
  const [active, activate] = useState(0);
  const [isDrawing, draw] = useState(false);
  useEffect(() => { show(asked); }, [asked]);
  useEffect(() => { void readListings(); readCatalog(); }, [state]);
  const first = watched.value?.[0] ?? all.all.find(({ row }) => row.base === 'BTC')?.key;
  const cells = shown.cells.length > 0 ? shown.cells : first ? [{ key: first, interval: '1h', with: [] }] : [];
  const cell = cells[Math.min(active, cells.length - 1)];

  const change = (part: Partial<ChartPlace>) => {
    const next = { ...shown, cells, ...part };
    show(next);
    note('chart', writeCells(next));
  };
  const changeCell = (part: Partial<Cell>) => change({ cells: cells.map((one) => (one === cell ? { ...one, ...part } : one)) });
  const grid = (count: number) => change({ cells: Array.from({ length: count }, (_, index) => cells[index] ?? {
    key: watched.value?.[index] ?? cells[0]!.key, interval: cell!.interval, with: [],
  }) });
  if (!cell) {
    return <p class="empty">{texts.loading} …</p>;
  }
  return (
    <section class="charts">
      <h1 class="visually-hidden">{t.title}</h1>
      <div class="toolbar" role="toolbar" aria-label={t.tools}>
        <SymbolPicker chosen={cell.key} onChoose={(key) => changeCell({ key })} />
        <Intervals cell={cell} onChoose={(interval) => changeCell({ interval })} />
        <IndicatorPicker chosen={cell.with} onChange={(specs) => changeCell({ with: specs })} />
        <Toggle isOn={cell.with.includes('cipher')} label={t.cipher} onClick={() =>
          changeCell({ with: cell.with.includes('cipher') ? cell.with.filter((spec) => spec !== 'cipher') : [...cell.with, 'cipher'] })} />
        <Toggle isOn={shown.hasProfile} label={t.profile} onClick={() => change({ hasProfile: !shown.hasProfile })} />
        <Toggle isOn={shown.hasSignals} label={t.signals} onClick={() => change({ hasSignals: !shown.hasSignals })} />
        <Toggle isOn={shown.hasTrades} label={t.trades} onClick={() => change({ hasTrades: !shown.hasTrades })} />
        <Toggle isOn={isDrawing} label={isDrawing ? t.drawing : t.draw} title={t.drawTitle} onClick={() => draw(!isDrawing)} />
        <Toggle isOn={shown.isLog} label={t.log} onClick={() => change({ isLog: !shown.isLog })} />
        <label class="pick"><span class="visually-hidden">{t.grid}</span>
          <select value={cells.length} onChange={(event) => grid(Number(event.currentTarget.value))}>
            {[1, 2, 3, 4, 6, 9].map((count) => <option key={count} value={count}>{t.charts(count)}</option>)}
          </select>
        </label>
        <button class="button" onClick={() => navigator.clipboard.writeText(location.href).then(() => tell(t.copied), tellFailure)}>{t.link}</button>
      </div>
      <div class={`chart-grid g${cells.length}`}>
        {cells.map((one, index) => (
          <ChartCell key={`${index}`} cell={one} place={shown} isActive={cells.length > 1 && one === cell} isDrawing={isDrawing && one === cell}
            onActivate={() => activate(index)} onDrawn={() => draw(false)} />
        ))}
      </div>
    </section>
  );
}

function Toggle({ isOn, label, title, onClick }: { isOn: boolean; label: string; title?: string; onClick: () => void }) {
  return <button class={`button ${isOn ? 'on' : ''}`} aria-pressed={isOn} title={title} onClick={onClick}>{label}</button>;
}

function Intervals({ cell, onChoose }: { cell: Cell; onChoose: (interval: string) => void }) {
  const { exchange, market } = marketOf(cell.key);
  const offered = server.value?.answer.exchanges.find((one) => one.exchange === exchange)?.markets.find((one) => one.market === market)?.historyIntervals ?? usualIntervals;
  const built = Built.filter((interval) => !offered.includes(interval));
  const all = [...offered.map((interval) => [interval, interval]), ...built.map((interval) => [interval, `${interval} (${t.built})`])]
    .sort(([a], [b]) => (lengthOf(a!) ?? 0) - (lengthOf(b!) ?? 0));
  if (!all.some(([interval]) => interval === cell.interval)) {
    all.push([cell.interval, cell.interval]);
  }
  return (
    <div class="intervals" role="group" aria-label={t.interval}>
      {usualIntervals.map((interval) => (
        <button key={interval} class={`button small ${cell.interval === interval ? 'on' : ''}`} aria-pressed={cell.interval === interval} onClick={() => onChoose(interval)}>
          {interval}
        </button>
      ))}
      <select aria-label={t.interval} value={cell.interval} onChange={(event) => onChoose(event.currentTarget.value)}>
        {all.map(([interval, label]) => <option key={interval} value={interval}>{label}</option>)}
      </select>
    </div>
  );
}
