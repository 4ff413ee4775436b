// One chart of the page: its candles, what is marked on it, and its exports.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isDark, server, theme, zone } from '../app.ts';
import { CandleChart } from '../chart/CandleChart.ts';
import { catalog } from '../chart/catalog.ts';
import { csvOf, save } from '../chart/exports.ts';
import { ChartFeed, type FeedState } from '../chart/feed.ts';
import { linesOf, readMarkers, readProfile, saveLines } from '../chart/marks.ts';
import { Indicators } from '../chart/panes.ts';
import type { Cell, ChartPlace } from '../core/cells.ts';
import { changeOf, percent, short, show, toneOf } from '../core/decimal.ts';
import { onceAFrame } from '../core/frames.ts';
import { marketOf } from '../core/keys.ts';
import type { Candle } from '../core/series.ts';
import { useStore } from '../core/store.ts';
import { lengthOf, moment } from '../core/time.ts';
import { Icon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';

const t = texts.chart;

interface Props {
  cell: Cell; place: ChartPlace; isActive: boolean; isDrawing: boolean; onActivate: () => void; onDrawn: () => void;
}

export function ChartCell({ cell, place, isActive, isDrawing, onActivate, onDrawn }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<CandleChart | null>(null);
  const feed = useRef<ChartFeed | null>(null);
  const [state, setState] = useState<FeedState>({ status: 'loading', reason: null, isReading: true, isBeginning: false });
  const [cursor, setCursor] = useState<Candle | null>(null);
  const [lines, setLines] = useState(linesOf(cell.key));
  const redraw = useFrames();
  const themeNow = useStore(theme);
  const zoneNow = useStore(zone);
  const kinds = useStore(catalog);
  const sandbox = useStore(server)?.answer.sandbox === true;
  const { exchange, market, symbol } = marketOf(cell.key);
  const specs = cell.with.join(' ');

  const seen = useProfile(chart, cell, place.hasProfile);

  useEffect(() => {
    const asked = { exchange, market, symbol, interval: cell.interval, with: cell.with };
    const read: ChartFeed = new ChartFeed(asked, {
      onAll: () => { chart.current?.drawAll(); redraw(); },
      onCandle: (candle) => { chart.current?.update(candle); redraw(); },
      onState: setState,
    });
    feed.current = read;
    setLines(linesOf(cell.key));
    setCursor(null);
    void read.start();
    return () => read.stop();
  }, [cell.key, cell.interval, specs]);

  useEffect(() => {
    const read = feed.current!;
    const made = new CandleChart(box.current!, read.order, lengthOf(cell.interval) ?? 60_000, cell.with, kinds, {
      isDark: isDark(), zone: zoneNow, isLog: place.isLog, watermark: sandbox ? `${texts.sandbox} ${symbol}` : null,
    });
    made.onCursor = setCursor;
    made.onBeginning = () => void read.older();
    made.onRange = () => seen.current();
    made.onLine = (line) => { setLines((known) => saveLines(cell.key, [...known, line])); onDrawn(); };
    chart.current = made;
    made.drawAll();
    return () => { chart.current = null; made.remove(); };
  }, [cell.key, cell.interval, specs, kinds, themeNow, zoneNow, place.isLog, sandbox]);

  useEffect(() => chart.current?.setLines(lines), [lines, themeNow, zoneNow, place.isLog, specs, kinds]);
  useEffect(() => chart.current?.drawLine(isDrawing), [isDrawing]);
  useMarkers(chart, cell, place, state.status);

  const order = feed.current?.order;
  const newest = order?.open ?? order?.closed.at(-1);
  const candle = (cursor && chart.current?.at(cursor.openTime)) ?? newest;
  const holes = chart.current?.holes ?? [];
  const change = changeOf(candle?.open, candle?.close);
  const name = `${exchange}-${market}-${symbol.replace('/', '')}-${cell.interval}${sandbox ? '-SANDBOX' : ''}`;
  return (
    <figure class={`chart-cell ${isActive ? 'active' : ''}`} onPointerDown={onActivate} data-key={cell.key} data-interval={cell.interval}>
      <figcaption>
        <b>{symbol}</b><small>{exchange} {market} · {cell.interval}</small>
        <span class={`state s-${state.status === 'loading' ? 'waiting' : state.status}`} title={state.reason ?? ''}><i />{state.status === 'loading' ? texts.loading : texts.markets.states[state.status]}</span>
        {state.isReading && order && order.closed.length > 0 && <small>{t.older} …</small>}
        {state.isBeginning && <small>{t.beginning}</small>}
        {holes.length > 0 && <span class="tag warn" data-gaps={holes.length} title={holes.map((gap) => `${moment(gap.from, zoneNow)} – ${moment(gap.to, zoneNow)}: ${gap.reason}`).join('\n')}>{t.gaps(holes.length)}</span>}
        {candle && (
          <span class="legend">
            <time>{moment(candle.openTime, zoneNow, false)}</time>
            <span>{t.open} <b>{show(candle.open)}</b></span><span>{t.high} <b>{show(candle.high)}</b></span><span>{t.low} <b>{show(candle.low)}</b></span>
            <span>{t.close} <b data-close={candle.close}>{show(candle.close)}</b></span><span class={toneOf(change)}>{percent(change)}</span>
            <span title={candle.volume ?? ''}>{t.volume} {short(candle.volume)}</span>
            {cursor && chart.current?.marksAt(candle.openTime).map((words) => <span key={words} class="tag">{words}</span>)}
          </span>
        )}
        <span class="exports">
          {lines.length > 0 && <button class="button small" onClick={() => setLines(saveLines(cell.key, []))}>{t.clearLines}</button>}
          <button class="button small" onClick={() => chart.current?.chart.takeScreenshot(true).toBlob((blob) => blob && save(blob, `${name}.png`))}>{t.png}</button>
          <button class="button small" onClick={() => order && save(new Blob([csvOf(order.closed, { exchange, market, symbol, interval: cell.interval, sandbox })], { type: 'text/csv' }), `${name}.csv`)}>{t.csv}</button>
          <button class="icon-button" title={t.follow} aria-label={t.follow} onClick={() => chart.current?.chart.timeScale().scrollToRealTime()}><Icon name="newest" /></button>
        </span>
      </figcaption>
      <div class="chart-box" ref={box} role="group" aria-label={`${t.label(symbol, cell.interval)}. ${newest ? `${t.close} ${newest.close}. ${holes.length > 0 ? `${t.gaps(holes.length)}. ` : ''}${Indicators.words(newest)}` : ''}`} />
      {state.status === 'problem' && <p class="problem">{t.problem}: {state.reason}</p>}
    </figure>
  );
}

/** Draws the component again, at most once a frame. */
function useFrames(): () => void {
  const [, again] = useState(0);
  return useMemo(() => onceAFrame(() => again((count) => count + 1)), []);
}

type ChartRef = { readonly current: CandleChart | null };

/** Marks signals and paper trades, and looks again as candles close. */
function useMarkers(chart: ChartRef, cell: Cell, place: ChartPlace, status: string): void {
  useEffect(() => {
    const stop = new AbortController();
    const mark = () => void readMarkers(cell, place, (time) => chart.current?.at(time)?.openTime ?? null, stop.signal)
      .then((markers) => !stop.signal.aborted && chart.current?.setMarkers(markers), () => undefined);
    mark();
    const timer = setInterval(mark, 10_000);
    return () => { stop.abort(); clearInterval(timer); };
  }, [cell.key, cell.interval, cell.with.join(' '), place.hasSignals, place.hasTrades, status]);
}

/** Draws the volume profile of what is seen; gives what is called when something else is seen. */
function useProfile(chart: ChartRef, cell: Cell, isOn: boolean): { readonly current: () => void } {
  const onRange = useRef<() => void>(() => undefined);
  useEffect(() => {
    let timer = 0;
    let stop = new AbortController();
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        stop.abort();
        stop = new AbortController();
        const seen = isOn ? chart.current?.seen() : null;
        if (seen) {
          readProfile(cell, seen, stop.signal).then((profile) => chart.current?.setProfile(profile), () => undefined);
        }
      }, 400) as unknown as number;
    };
    if (!isOn) {
      chart.current?.setProfile(null);
      return undefined;
    }
    look();
    const again = setInterval(look, 5_000);
    onRange.current = look;
    return () => { onRange.current = () => undefined; clearTimeout(timer); clearInterval(again); stop.abort(); };
  }, [cell.key, cell.interval, isOn, cell.with.join(' ')]);
  return onRange;
}
