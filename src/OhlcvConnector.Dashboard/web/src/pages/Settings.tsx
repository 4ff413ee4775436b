// What is set, and from where; what may be changed while the server runs; notifications; and how the page looks.
import '../styles/settings.css';
import { useState } from 'preact/hooks';
import { server, stream, tell, tellFailure, theme, zone, type Theme, keyWanted } from '../app.ts';
import { ask, sessionKey } from '../api/rest.ts';
import type { SettingRow } from '../api/rest.gen.ts';
import { usePoll } from '../core/poll.ts';
import { useStore } from '../core/store.ts';
import { moment } from '../core/time.ts';
import { Field, List } from '../parts/forms.tsx';
import { pageTexts, texts } from '../texts.ts';

const t = pageTexts.settings;

export function SettingsPage() {
  const version = useStore(server)?.answer.version.split('+')[0];
  return (
    <>
      <header class="page-head"><h1>{t.title}</h1></header>
      <div class="stack">
        <div class="cards">
          <Look />
          <Session />
          <section class="card"><h2>{t.about}</h2><p>{texts.name} {version}</p>
            <ul class="links"><li><a href="./docs">{t.api}</a></li><li><a href="./NOTICE.txt">{t.notice}</a></li><li><a href="./licenses.md">{t.licences}</a></li><li><a href="https://www.tradingview.com/" rel="noreferrer">{texts.chart.attribution}</a></li></ul>
          </section>
        </div>
        <Notifications />
        <ServerSettings />
      </div>
    </>
  );
}

function Look() {
  const themeNow = useStore(theme);
  const zoneNow = useStore(zone);
  return (
    <section class="card stack"><h2>{t.look}</h2>
      <Field label={texts.theme.label}><select value={themeNow} onChange={(event) => theme.set(event.currentTarget.value as Theme)}>{(['system', 'dark', 'light'] as const).map((one) => <option key={one} value={one}>{texts.theme[one]}</option>)}</select></Field>
      <Field label={texts.zone.label}><select value={zoneNow} onChange={(event) => zone.set(event.currentTarget.value as 'utc' | 'local')}>{(['utc', 'local'] as const).map((one) => <option key={one} value={one}>{texts.zone[one]}</option>)}</select></Field>
    </section>
  );
}

function Session() {
  const [hasKey, setHas] = useState(sessionKey.get() !== null);
  return (
    <section class="card stack"><h2>{t.session}</h2><p>{hasKey ? t.hasKey : t.noKey} <span class="quiet">{t.sessionNote}</span></p>
      <p class="actions">
        {hasKey && <button class="button" onClick={() => { sessionKey.set(null); setHas(false); stream.restart(); }}>{t.leave}</button>}
        <button class="button" onClick={() => keyWanted.set('yes')}>{hasKey ? texts.key.another : texts.key.enter}</button>
      </p>
    </section>
  );
}

function Notifications() {
  const zoneNow = useStore(zone);
  const answer = usePoll((signal) => ask('GET /api/v1/notifications', { signal }), 5_000);
  const [testing, test] = useState<string | null>(null);
  const attempt = (channel: string) => {
    test(channel);
    ask('POST /api/v1/notifications/test', { body: { channel } }).then((said) => (said.problem ? tell(t.failed(channel, said.problem), true) : tell(t.tested(channel))), tellFailure)
      .finally(() => { test(null); answer.again(); });
  };
  const again = (channel: string) => void ask('POST /api/v1/notifications/retry', { body: { channel } }).then((said) => { tell(t.retried(said.retried)); answer.again(); }, tellFailure);
  return (
    <section class="card stack" aria-label={t.notifications}><h2>{t.notifications}</h2>
      {answer.problem && <p class="problem">{answer.problem.message}</p>}
      <List label={t.notifications} rows={answer.data?.channels ?? []} empty={answer.data ? t.noChannels : ''} keyOf={(row) => row.channel} columns={[
        [t.channel, (row) => <b>{row.channel}</b>], [t.waiting, (row) => row.waiting, 'number'], [t.dead, (row) => row.dead, 'number'],
        ['', (row) => <span class="actions"><button class="button small" disabled={testing !== null} onClick={() => attempt(row.channel)}>{testing === row.channel ? `${texts.loading} …` : t.test}</button>
          {Number(row.dead) > 0 && <button class="button small" onClick={() => again(row.channel)}>{t.again}</button>}</span>],
      ]} />
      {answer.data && answer.data.notifications.length > 0 && <>
        <h3>{t.recent}</h3>
        <List label={t.recent} rows={answer.data.notifications.slice(0, 20)} empty="" keyOf={(row) => `${row.channel} ${row.id}`} columns={[
          [t.channel, (row) => row.channel], [pageTexts.portfolio.time, (row) => moment(Date.parse(row.time), zoneNow, false)], [t.told, (row) => <>{row.label && <span class="tag warn">{row.label}</span>} {row.title}</>, 'wrap'],
          [pageTexts.portfolio.state, (row) => <span title={row.problem ?? ''}>{row.state}</span>],
        ]} />
      </>}
    </section>
  );
}

function ServerSettings() {
  const answer = usePoll((signal) => ask('GET /api/v1/settings', { signal }), 0);
  const [words, setWords] = useState('');
  const [only, setOnly] = useState({ set: false, changeable: false });
  const shown = (answer.data?.settings ?? []).filter((row) => `${row.name} ${row.text} ${row.variable ?? ''}`.toLowerCase().includes(words.toLowerCase())
    && (!only.set || row.source !== 'default') && (!only.changeable || row.changeable));
  return (
    <section class="card stack" aria-label={t.server}><h2>{t.server}</h2>
      {answer.problem ? <p class="quiet">{answer.problem.status === 403 ? t.adminOnly : ''} {answer.problem.message}</p> : <>
        <div class="toolbar">
          <input type="search" placeholder={t.find} aria-label={t.find} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
          <label class="check"><input type="checkbox" checked={only.set} onChange={(event) => setOnly({ ...only, set: event.currentTarget.checked })} />{t.own}</label>
          <label class="check"><input type="checkbox" checked={only.changeable} onChange={(event) => setOnly({ ...only, changeable: event.currentTarget.checked })} />{t.changeable}</label>
        </div>
        <List label={t.server} rows={shown} empty={answer.data ? texts.none : `${texts.loading} …`} keyOf={(row) => `${row.of} ${row.name}`} columns={[
          [t.name, (row) => <><b>{row.name}</b>{row.variable && <><br /><small>{row.variable}</small></>}</>], [t.value, (row) => <Value key={row.value} row={row} onChanged={answer.again} />],
          [t.source, (row) => <span class={`tag ${row.source === 'default' ? '' : 'good'}`}>{row.source}</span>], [t.meaning, (row) => <>{row.text} <small>{row.range}</small></>, 'wrap'],
        ]} />
      </>}
    </section>
  );
}

function Value({ row, onChanged }: { row: SettingRow; onChanged: () => void }) {
  const value = row.value ?? row.default;
  const [text, setText] = useState(value);
  if (!row.changeable) {
    return <span class="setting-value" title={t.readOnly}>{value === '' ? '–' : value} {row.unit}</span>;
  }
  const save = () => void ask('PATCH /api/v1/settings', { body: { settings: { [row.name]: text } } as never }).then(() => { tell(t.changed(row.name)); onChanged(); }, tellFailure);
  return (
    <form class="setting" onSubmit={(event) => { event.preventDefault(); save(); }}>
      <input aria-label={row.name} value={text} onInput={(event) => setText(event.currentTarget.value)} /> {row.unit}
      {text !== value && <button class="button small primary">{texts.apply}</button>}
    </form>
  );
}
