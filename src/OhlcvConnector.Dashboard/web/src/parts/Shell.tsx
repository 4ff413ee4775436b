// The frame around every page: navigation, connection, SANDBOX, and what is said once.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isDark, keyWanted, link, marketNow, notice, server, serverProblem, stream, theme, zone } from '../app.ts';
import { go, pageNames, place, type PageName } from '../core/route.ts';
import { useStore } from '../core/store.ts';
import { moment } from '../core/time.ts';
import { Markets } from '../pages/Markets.tsx';
import { texts } from '../texts.ts';
import { Icon, Mark } from './icons.tsx';
import { KeyForm } from './KeyForm.tsx';

// Pages that are not the first come when they are asked for, so that the first is there at once.
const later: Partial<Record<PageName, () => Promise<ComponentType>>> = {
  chart: () => import('../pages/Chart.tsx').then((module) => module.ChartPage),
  signals: () => import('../pages/Signals.tsx').then((module) => module.SignalsPage),
  portfolio: () => import('../pages/Portfolio.tsx').then((module) => module.PortfolioPage),
  analytics: () => import('../pages/Analytics.tsx').then((module) => module.AnalyticsPage),
  health: () => import('../pages/Health.tsx').then((module) => module.HealthPage),
  settings: () => import('../pages/Settings.tsx').then((module) => module.SettingsPage),
};

export function Shell() {
  const { page } = useStore(place);
  const sandbox = useStore(server)?.answer.sandbox === true;
  useEffect(() => {
    document.title = `${texts.pages[page]} · ${texts.name}${sandbox ? ` · ${texts.sandbox}` : ''}`;
  }, [page, sandbox]);
  return (
    <div class="shell">
      <a class="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }}>{texts.skip}</a>
      {sandbox && <p class="sandbox" role="region" aria-label={texts.sandbox}><strong>{texts.sandbox}</strong><span>{texts.sandboxLong}</span></p>}
      <Header />
      <nav class="nav" aria-label={texts.navigation}>
        {pageNames.map((name) => (
          <a key={name} href={`#/${name}`} aria-current={name === page ? 'page' : undefined} title={texts.pages[name]}>
            <Icon name={name} /><span>{texts.pages[name]}</span>
          </a>
        ))}
      </nav>
      <main id="content" class={`page page-${page}`} tabIndex={-1}>
        <Connection />
        <Page page={page} />
        {sandbox && <div class="watermark" aria-hidden="true" data-words={texts.sandbox} />}
      </main>
      <Notice />
      <KeyForm />
    </div>
  );
}

function Header() {
  const [, again] = useState(0);
  const zoneNow = useStore(zone);
  useStore(server);
  useStore(theme);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <header class="header">
      <a class="brand" href="#/markets" aria-label={texts.name}><Mark /><span>Ohlcv<b>Connector</b></span></a>
      <button class="clock" title={texts.link.clock} onClick={() => zone.set(zoneNow === 'utc' ? 'local' : 'utc')}>
        <span class="visually-hidden">{texts.link.clock}: </span>
        {server.value ? moment(marketNow(), zoneNow) : '–'} <small>{zoneNow === 'utc' ? 'UTC' : texts.zone.local}</small>
        {server.value && Number(server.value.answer.clockSpeed) !== 1 && <small>× {Number(server.value.answer.clockSpeed)}</small>}
      </button>
      <LinkBadge />
      <button class="icon-button" title={texts.theme.toggle} aria-label={texts.theme.toggle} onClick={() => theme.set(isDark() ? 'light' : 'dark')}>
        <Icon name={isDark() ? 'sun' : 'moon'} />
      </button>
    </header>
  );
}

function LinkBadge() {
  const state = useStore(link);
  const seconds = state.kind === 'waiting' ? Math.max(0, Math.ceil((state.until - performance.now()) / 1_000)) : 0;
  const words = state.kind === 'waiting' ? texts.link.waiting(seconds, state.attempt) : texts.link[state.kind];
  return <span class={`badge link-${state.kind}`} data-link={state.kind} title={'reason' in state ? state.reason : undefined}><i />{words}</span>;
}

/** What is said while there is no connection. */
function Connection() {
  const state = useStore(link);
  const problem = useStore(serverProblem);
  return (
    <div role="status" aria-live="polite">
      {state.kind === 'waiting' && (
        <p class="lost"><span>{texts.link.lost}{problem && ` ${problem}`}</span>
          <button class="button" onClick={() => stream.restart()}>{texts.link.now}</button>
        </p>
      )}
    </div>
  );
}

function Page({ page }: { page: PageName }) {
  const [loaded, load] = useState<{ page: PageName; draw: ComponentType } | null>(null);
  const [failed, fail] = useState(false);
  useEffect(() => {
    let isWanted = true;
    fail(false);
    void later[page]?.().then((draw) => isWanted && load({ page, draw }), () => isWanted && fail(true));
    return () => { isWanted = false; };
  }, [page]);
  if (page === 'markets') {
    return <Markets />;
  }
  if (failed) {
    return <p class="empty">{serverProblem.value ?? texts.link.lost} <button class="button" onClick={() => location.reload()}>{texts.retry}</button></p>;
  }
  return loaded?.page === page ? <loaded.draw /> : <p class="empty">{texts.loading} …</p>;
}

function Notice() {
  const said = useStore(notice);
  useEffect(() => {
    if (said && !said.isBad) {
      const timer = setTimeout(() => notice.set(null), 4_000);
      return () => clearTimeout(timer);
    }
    return undefined;
  }, [said]);
  return (
    <div class="notices" role={said?.isBad ? 'alert' : 'status'} aria-live="polite">
      {said && (
        <p class={`notice ${said.isBad ? 'bad' : ''}`}><span>{said.text}</span>
          <button class="icon-button" aria-label={texts.close} onClick={() => notice.set(null)}><Icon name="close" /></button>
        </p>
      )}
    </div>
  );
}

addEventListener('keydown', (event) => {
  if (event.key === '/' && !isWriting(event.target) && keyWanted.value === 'no') {
    event.preventDefault();
    if (place.value.page !== 'markets') {
      go('markets');
    }
    setTimeout(() => document.getElementById('search')?.focus());
  }
});

const isWriting = (target: EventTarget | null) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
