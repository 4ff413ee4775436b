// Times and lengths for people.

export type Zone = 'utc' | 'local';

const two = (value: number) => String(value).padStart(2, '0');

/** 2026-01-31 12:00:05, in UTC or in the time of this machine. */
export function moment(time: number, zone: Zone, withSeconds = true): string {
  return `${day(time, zone)} ${clock(time, zone, withSeconds)}`;
}

export function day(time: number, zone: Zone): string {
  const date = new Date(time);
  return zone === 'utc' ? date.toISOString().slice(0, 10) : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function clock(time: number, zone: Zone, withSeconds = true): string {
  const date = new Date(time);
  const text = zone === 'utc' ? date.toISOString().slice(11, 19) : `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withSeconds ? text : text.slice(0, 5);
}

/** Lengths of candles that forms and charts offer first. */
export const usualIntervals = ['1m', '5m', '15m', '1h', '4h', '1d'];

const Lengths: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, M: 2_629_800_000 };

/** Length of an interval such as 5m in milliseconds; of months, that of a mean one. Null where the text is none. */
export function lengthOf(interval: string): number | null {
  const match = /^([1-9]\d*)([smhdwM])$/.exec(interval);
  return match ? Number(match[1]) * Lengths[match[2]!]! : null;
}

/** 4 s, 3 min, 2 h, 5 d: how long something takes, or is ago. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1_000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : seconds < 100 ? `${Math.round(seconds)} s` : seconds < 6_000 ? `${Math.round(seconds / 60)} min`
    : seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
