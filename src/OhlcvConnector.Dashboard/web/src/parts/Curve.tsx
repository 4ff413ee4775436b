// Lines over time: equity, drawdown, several runs side by side.
import { useState } from 'preact/hooks';
import { zone } from '../app.ts';
import { moment, day } from '../core/time.ts';
import { useStore } from '../core/store.ts';

export interface CurveLine { readonly name: string; readonly points: readonly (readonly [time: number, value: number])[] }

const Width = 1000;

export function Curve({ lines, label, height = 220, format, filled = false }: {
  lines: readonly CurveLine[]; label: string; height?: number; format: (value: number) => string; filled?: boolean;
}) {
  const [at, setAt] = useState<number | null>(null);
  const zoneNow = useStore(zone);
  const all = lines.flatMap((line) => line.points);
  if (all.length < 2) {
    return null;
  }
  const [from, to] = [Math.min(...all.map(([time]) => time)), Math.max(...all.map(([time]) => time))];
  const values = all.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  const [bottom, top] = [low - margin, high + margin];
  const x = (time: number) => ((time - from) / (to - from || 1)) * Width;
  const y = (value: number) => height - ((value - bottom) / (top - bottom)) * height;
  const path = (line: CurveLine) => line.points.map(([time, value], index) => `${index ? 'L' : 'M'}${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  const time = at === null ? null : from + at * (to - from);
  const valueAt = (line: CurveLine) => (time === null ? line.points.at(-1)?.[1] : line.points.findLast(([moment]) => moment <= time)?.[1]);
  const dated = (one: number) => (to - from < 172_800_000 ? moment(one, zoneNow, false) : day(one, zoneNow));
  const steps = [0.1, 0.5, 0.9].map((share) => bottom + share * (top - bottom));
  return (
    <figure class="curve" onPointerLeave={() => setAt(null)}
      onPointerMove={(event) => { const box = event.currentTarget.querySelector('svg')!.getBoundingClientRect(); setAt(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width))); }}>
      <figcaption>
        {lines.map((line, index) => <span key={line.name} class={`key k${index % 6}`}><i />{line.name} <b>{valueAt(line) === undefined ? '–' : format(valueAt(line)!)}</b></span>)}
        <small>{time === null ? `${dated(from)} – ${dated(to)}` : moment(time, zoneNow, false)}</small>
      </figcaption>
      <svg viewBox={`0 0 ${Width} ${height}`} preserveAspectRatio="none" role="img" aria-label={`${label}: ${lines.map((line) => `${line.name} ${format(line.points[0]![1])} – ${format(line.points.at(-1)![1])}`).join(', ')}`}
        height={height}>
        {steps.map((step) => <line key={step} class="grid-line" x1="0" x2={Width} y1={y(step)} y2={y(step)} />)}
        {filled && lines[0] && <path class="fill k0" d={`${path(lines[0])}L${x(lines[0].points.at(-1)![0])} ${height}L${x(lines[0].points[0]![0])} ${height}Z`} />}
        {lines.map((line, index) => <path key={line.name} class={`line k${index % 6}`} d={path(line)} />)}
        {at !== null && <line class="cursor" x1={at * Width} x2={at * Width} y1="0" y2={height} />}
      </svg>
      <div class="scale" aria-hidden="true">{steps.map((step) => <span key={step} style={{ top: `${(y(step) / height) * 100}%` }}>{format(step)}</span>)}</div>
    </figure>
  );
}

/** Bars of a distribution. */
export function Bars({ values, label, format }: { values: readonly number[]; label: string; format: (value: number) => string }) {
  if (values.length < 2) {
    return null;
  }
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const count = Math.min(24, Math.max(6, Math.ceil(Math.sqrt(values.length))));
  const width = (high - low || 1) / count;
  const bars = Array.from({ length: count }, (_, index) => values.filter((value) => Math.min(count - 1, Math.floor((value - low) / width)) === index).length);
  const most = Math.max(...bars);
  return (
    <figure class="bars">
      <svg viewBox={`0 0 ${count * 10} 60`} preserveAspectRatio="none" role="img" aria-label={`${label}: ${format(low)} – ${format(high)}`}>
        {bars.map((bar, index) => <rect key={index} class={low + (index + 0.5) * width >= 0 ? 'up' : 'down'} x={index * 10 + 1} width="8" y={60 - (bar / most) * 58} height={(bar / most) * 58} />)}
      </svg>
      <figcaption><span>{format(low)}</span><span>{format(high)}</span></figcaption>
    </figure>
  );
}
