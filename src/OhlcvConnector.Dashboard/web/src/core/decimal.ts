// Decimals as texts: compared, added and shown without ever being a double.

interface Parts { negative: boolean; digits: bigint; scale: number }

function partsOf(text: string): Parts {
  const match = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match || (!match[2] && !match[3])) {
    throw new RangeError(`'${text}' is no decimal`);
  }
  const fraction = match[3] ?? '';
  let scale = fraction.length - Number(match[4] ?? 0);
  let digits = BigInt(`${match[2]}${fraction}`);
  if (scale < 0) {
    digits *= 10n ** BigInt(-scale);
    scale = 0;
  }
  return { negative: match[1] === '-', digits, scale };
}

const signed = (parts: Parts, scale: number) => (parts.negative ? -1n : 1n) * parts.digits * 10n ** BigInt(scale - parts.scale);

function textOf(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

/** Below 0, 0 or above 0, as the first is below, at or above the second. */
export function compare(first: string, second: string): number {
  const near = Number(first) - Number(second);
  if (near !== 0) {
    return near < 0 ? -1 : 1; // rounding may make two numbers one, but never changes their order
  }
  const [a, b] = [partsOf(first), partsOf(second)];
  const scale = Math.max(a.scale, b.scale);
  const difference = signed(a, scale) - signed(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The exact sum. */
export function add(first: string, second: string): string {
  const [a, b] = [partsOf(first), partsOf(second)];
  const scale = Math.max(a.scale, b.scale);
  return textOf(signed(a, scale) + signed(b, scale), scale);
}

/** The larger of two. */
export const larger = (first: string, second: string): string => (compare(first, second) >= 0 ? first : second);

/** The smaller of two. */
export const smaller = (first: string, second: string): string => (compare(first, second) <= 0 ? first : second);

/** Number of digits behind the point, zeros at the end left out. */
export function placesOf(text: string): number {
  const { digits, scale } = partsOf(text);
  const zeros = /0*$/.exec(digits.toString().padStart(scale + 1, '0'))![0].length;
  return Math.max(0, scale - zeros);
}

/**
 * A decimal for people: 42000.1000 is 42,000.10. Zeros at the end go, as far as `places` digits behind the point are left; no other digit does.
 */
export function show(text: string | null | undefined, places = 2): string {
  if (text === null || text === undefined) {
    return '–';
  }
  const parts = partsOf(text);
  const [whole, fraction = ''] = textOf(parts.digits, parts.scale).split('.') as [string, string?];
  const kept = fraction.replace(/0+$/, '').padEnd(Math.min(places, Math.max(places, fraction.length)), '0');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${parts.negative && parts.digits !== 0n ? '−' : ''}${grouped}${kept ? `.${kept}` : ''}`;
}

/** A decimal rounded to so many digits behind the point, halves away from 0; exact up to there. */
export function rounded(text: string, places: number): string {
  const { negative, digits, scale } = partsOf(text);
  if (scale <= places) {
    return text;
  }
  const unit = 10n ** BigInt(scale - places);
  const value = (digits + unit / 2n) / unit;
  return textOf(negative ? -value : value, places);
}

/** An amount of a currency for people: money like dollars in cents, coins in their smallest parts. */
export const money = (text: string | null | undefined, currency: string | null | undefined): string =>
  (text === null || text === undefined ? '–' : show(rounded(text, /USD|EUR|GBP|CHF|DAI/.test(currency ?? '') ? 2 : 8)));

/** How a number is coloured: above 0, below it, or neither. */
export const toneOf = (value: string | number | null | undefined): string => (Number(value ?? 0) > 0 ? 'up' : Number(value ?? 0) < 0 ? 'down' : '');

const Units: readonly (readonly [number, string])[] = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'K']];

/** An amount in short, rounded and so not exact: 1.23 M. For volumes; the exact one is shown beside it. */
export function short(text: string | null | undefined): string {
  if (text === null || text === undefined) {
    return '–';
  }
  const value = Number(text);
  const unit = Units.find(([size]) => Math.abs(value) >= size);
  return unit ? `${(value / unit[0]).toPrecision(3)} ${unit[1]}` : value.toPrecision(3).replace(/\.?0+$/, '');
}

/** A share as a percentage with its sign: 0.0123 is +1.23 %. */
export function percent(share: number | null, digits = 2): string {
  if (share === null || !Number.isFinite(share)) {
    return '–';
  }
  const text = (Math.abs(share) * 100).toFixed(digits);
  return `${Number(text) === 0 ? '' : share > 0 ? '+' : '−'}${text} %`;
}

/** Change from one price to another as a share; null where there is none. */
export function changeOf(from: string | null | undefined, to: string | null | undefined): number | null {
  const base = Number(from ?? 0);
  return from && to && base !== 0 ? (Number(to) - base) / base : null;
}

/** Whether a person's text is a decimal that can be sent as it is. */
export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text.trim());
