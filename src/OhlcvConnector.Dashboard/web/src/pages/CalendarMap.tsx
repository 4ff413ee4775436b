// What the archive has, a square a day.
import { useState } from 'preact/hooks';
import { zone } from '../app.ts';
import type { CalendarDayRow } from '../api/rest.gen.ts';
import { useStore } from '../core/store.ts';
import { moment } from '../core/time.ts';
import { pageTexts } from '../texts.ts';

const t = pageTexts.health;

/** 0 for nothing known, 1 to 4 for a share of the day; a whole day alone is 4. */
export const levelOf = (covered: string | null): number => (covered === null || Number(covered) === 0 ? 0 : Number(covered) >= 1 ? 4 : Number(covered) > 0.66 ? 3 : Number(covered) > 0.33 ? 2 : 1);

const words = (row: CalendarDayRow) => t.covered(row.covered === null ? t.none : `${(Math.floor(Number(row.covered) * 1_000) / 10).toFixed(1)} %`, row.day);

export function CalendarMap({ days }: { days: readonly CalendarDayRow[] }) {
  const zoneNow = useStore(zone);
  const [chosen, choose] = useState<string | null>(null);
  const day = days.find((row) => row.day === chosen);
  const first = days[0] ? (new Date(`${days[0].day}T00:00:00Z`).getUTCDay() + 6) % 7 : 0; // weeks begin on Mondays
  const known = days.filter((row) => levelOf(row.covered) > 0).length;
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label={`${t.calendar}: ${known} / ${days.length}`}>
        <div class="calendar">
          {Array.from({ length: first }, (_, index) => <span key={`before ${index}`} />)}
          {days.map((row) => <button key={row.day} class={`l${levelOf(row.covered)} ${row.day === chosen ? 'chosen' : ''}`} title={words(row)} aria-label={words(row)} tabIndex={levelOf(row.covered) > 0 ? 0 : -1} onClick={() => choose(row.day)} />)}
        </div>
      </div>
      <p class="calendar-key"><small>{t.less}</small>{[0, 1, 2, 3, 4].map((level) => <i key={level} class={`l${level}`} />)}<small>{t.more}</small></p>
      {day && <p>{words(day)}; {t.holes(day.holes.length + Number(day.holesLeftOut))}</p>}
      {day && <ul class="holes">{day.holes.map((hole) => <li key={hole.from}>{moment(Date.parse(hole.from), zoneNow, false)} – {moment(Date.parse(hole.to), zoneNow, false)}: {hole.state}{hole.reason && `, ${hole.reason}`}</li>)}</ul>}
    </>
  );
}
