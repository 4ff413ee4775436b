// The columns of trades that are over: of paper accounts, and of backtests.
import type { TradeRow } from '../api/rest.gen.ts';
import { percent, show } from '../core/decimal.ts';
import { moment, type Zone } from '../core/time.ts';
import type { ListColumn } from '../parts/forms.tsx';
import { Money } from '../parts/Money.tsx';
import { pageTexts } from '../texts.ts';

const t = pageTexts.portfolio;

export const tradeColumns = (zone: Zone, currency: string | undefined): readonly ListColumn<TradeRow>[] => [
  [t.series, (row) => row.series], [t.quantity, (row) => show(row.quantity, 0), 'number'], [t.entry, (row) => moment(Date.parse(row.entryTime), zone, false)],
  [t.price, (row) => show(row.entryPrice), 'number'], [t.exit, (row) => moment(Date.parse(row.exitTime), zone, false)], [`${t.price} `, (row) => show(row.exitPrice), 'number'],
  [t.profit, (row) => <Money value={row.profit} currency={currency} isToned />, 'number'],
  [t.returned, (row) => percent(Number(row.returnPercent) / 100), 'number'], [t.reason, (row) => row.reason],
];
