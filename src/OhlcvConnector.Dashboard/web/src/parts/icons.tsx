// Icons, drawn with lines of the colour of the text.
import type { PageName } from '../core/route.ts';

const paths: Record<PageName | 'star' | 'newest' | 'moon' | 'sun' | 'search' | 'close' | 'plus' | 'down' | 'key', string> = {
  markets: 'M3 6h18M3 12h18M3 18h18M8 3v18',
  chart: 'M6 4v3m0 9v4M4 7h4v9H4zM14 3v4m0 7v3m-2-10h4v7h-4zM20 8v12',
  signals: 'M12 12m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M8 16a6 6 0 0 1 0-8m8 0a6 6 0 0 1 0 8M5 19a10 10 0 0 1 0-14m14 0a10 10 0 0 1 0 14',
  portfolio: 'M4 8h16v11H4zM9 8V5h6v3M4 13h16',
  analytics: 'M4 20V4m0 16h16M8 16l4-5 3 3 5-7',
  health: 'M3 12h4l2-6 4 12 3-8 1 2h4',
  settings: 'M4 7h9m5 0h2M4 17h2m5 0h9M15 4.5v5M8.5 14.5v5',
  star: 'M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9L3.5 9.7l5.9-.8z',
  newest: 'M4 12h11m-4-5l5 5-5 5M20 5v14',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.5 1.5m11 11L19 19M19 5l-1.5 1.5m-11 11L5 19',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5',
  close: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5v14M5 12h14',
  down: 'M6 9l6 6 6-6',
  key: 'M14.5 9.5m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0M11 13l-7 7m2-2l2 2m1-5l2 2',
};

export function Icon({ name, filled = false }: { name: keyof typeof paths; filled?: boolean }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill={filled ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="1.7"
      stroke-linecap="round" stroke-linejoin="round">
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark of the project: three candles. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M7 6v20M16 3v24M25 8v21" stroke="currentColor" stroke-width="1.6" opacity=".55" />
      <rect x="4" y="11" width="6" height="10" rx="1.5" fill="var(--down)" />
      <rect x="13" y="7" width="6" height="14" rx="1.5" fill="var(--up)" />
      <rect x="22" y="12" width="6" height="12" rx="1.5" fill="var(--accent)" />
    </svg>
  );
}
