// An amount of money: rounded for the eye, exact for who points at it.
import { money } from '../core/decimal.ts';

export const Money = ({ value, currency, isToned = false }: { value: string | null | undefined; currency: string | null | undefined; isToned?: boolean }) =>
  <span title={value ?? undefined} class={isToned ? (Number(value) > 0 ? 'up' : Number(value) < 0 ? 'down' : '') : undefined}>{money(value, currency)}</span>;
