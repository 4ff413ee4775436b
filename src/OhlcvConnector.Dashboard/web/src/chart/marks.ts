// What is marked on the candles of a chart: signals, paper trades, lines of the reader, the volume profile.
import type { UTCTimestamp } from 'lightweight-charts';
import { ask } from '../api/rest.ts';
import type { Cell, ChartPlace } from '../core/cells.ts';
import { show } from '../core/decimal.ts';
import { marketOf } from '../core/keys.ts';
import { keep, readKept } from '../core/store.ts';
import { texts } from '../texts.ts';
import type { Mark } from './labels.ts';
import type { DrawnLine, Profile } from './primitives.ts';

const Most = 500;

/** Reads signals of the series, and fills of paper accounts that trade its market. `candleOf` gives the open time of the candle that has a time in it. */
export async function readMarkers(cell: Cell, place: ChartPlace, candleOf: (time: number) => number | null, signal: AbortSignal): Promise<Mark[]> {
  const found = await Promise.all([place.hasSignals ? signals(cell, signal) : [], place.hasTrades ? fills(cell, signal) : []]);
  return found.flat().flatMap((one) => {
    const time = candleOf(one.at);
    return time === null ? [] : [{ ...one.mark, time: (time / 1_000) as UTCTimestamp }];
  });
}

type Dated = { readonly at: number; readonly mark: Omit<Mark, 'time'> };

async function signals(cell: Cell, signal: AbortSignal): Promise<Dated[]> {
  const answer = await ask('GET /api/v1/signals', { query: { ...marketOf(cell.key), interval: cell.interval, limit: Most } as never, signal }).catch(() => ({ signals: [] }));
  return answer.signals.map((one) => {
    const isShort = one.direction === 'short';
    return {
      at: Date.parse(one.closeTime) - 1, // of the candle that made it
      mark: {
        position: isShort ? 'aboveBar' : 'belowBar', shape: isShort ? 'arrowDown' : one.direction === 'long' ? 'arrowUp' : 'circle',
        color: isShort ? '#ff7c93' : one.direction === 'long' ? '#34cf9f' : '#f6c453', label: one.rule.slice(one.rule.indexOf('.') + 1), words: [one.title], many: texts.chart.manySignals,
      },
    };
  });
}

async function fills(cell: Cell, signal: AbortSignal): Promise<Dated[]> {
  const accounts = await ask('GET /api/v1/paper/accounts', { signal }).then((answer) => answer.accounts, () => []);
  const found = await Promise.all(accounts.map(async (account) => {
    const answer = await ask('GET /api/v1/paper/accounts/{account}/fills', { path: { account: account.name }, query: { limit: Most } as never, signal }).catch(() => ({ fills: [] }));
    return answer.fills.filter((fill) => isOf(fill.series, cell.key)).map((fill): Dated => {
      const isBought = !fill.quantity.startsWith('-');
      return {
        at: Date.parse(fill.time),
        mark: {
          position: isBought ? 'belowBar' : 'aboveBar', shape: 'square', color: isBought ? '#6aa7ff' : '#b58cff', words: [`${texts.paper} ${account.name} ${isBought ? '+' : '−'}${show(fill.quantity.replace('-', ''), 0)}`],
          label: texts.paper, many: (count) => `${texts.paper} ${texts.chart.manyTrades(count)}`,
        },
      };
    });
  }));
  return found.flat();
}

/** Whether a series as paper accounts name it, such as "binance spot BTC/USDT 1m", is one of a market. */
export function isOf(series: string, key: string): boolean {
  const words = series.toUpperCase().split(/[\s:|]+/);
  const { exchange, market, symbol } = marketOf(key.toUpperCase());
  return words.includes(exchange) && words.includes(market) && words.some((word) => word.replace(/\W/g, '') === symbol.replace(/\W/g, ''));
}

/** The volume profile of a stretch of time. */
export async function readProfile(cell: Cell, seen: { from: number; to: number }, signal: AbortSignal): Promise<Profile> {
  const answer = await ask('GET /v1/volume-profile', {
    query: { ...marketOf(cell.key), interval: cell.interval, build: true, from: Math.floor(seen.from), to: Math.ceil(seen.to), rows: 80 }, signal,
  });
  const number = (text: string | null) => (text === null ? null : Number(text));
  return {
    rows: answer.rows.map((row) => ({ low: Number(row.low), high: Number(row.high), volume: Number(row.volume) })),
    poc: number(answer.poc), high: number(answer.vah), low: number(answer.val),
  };
}

const LinesName = 'ohlcv.lines';

/** Lines that were drawn on a market before, kept by the browser. */
export function linesOf(key: string): readonly DrawnLine[] {
  return all()[key] ?? [];
}

export function saveLines(key: string, lines: readonly DrawnLine[]): readonly DrawnLine[] {
  keep(LinesName, { ...all(), [key]: lines });
  return lines;
}

const all = () => readKept<Record<string, readonly DrawnLine[]>>(LinesName, {}, areLines);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const isPoint = (value: unknown): boolean => isObject(value) && Number.isFinite(value['time']) && Number.isFinite(value['price']);

const areLines = (value: unknown): boolean => isObject(value) && Object.values(value).every((lines) =>
  Array.isArray(lines) && lines.every((line: unknown) => isObject(line) && isPoint(line['from']) && isPoint(line['to'])));
