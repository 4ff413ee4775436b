// The past, tried: backtests with all that came of them, side by side; and forecasts with how good they are.
import '../styles/analytics.css';
import { useState } from 'preact/hooks';
import { Tabs } from '../parts/forms.tsx';
import { note, place } from '../core/route.ts';
import { useStore } from '../core/store.ts';
import { pageTexts } from '../texts.ts';
import { Backtests } from './Backtests.tsx';
import { Forecasts } from './Forecasts.tsx';

const t = pageTexts.analytics;
const tabs = [['backtests', t.backtests], ['forecasts', t.forecasts]] as const;

export function AnalyticsPage() {
  const { query } = useStore(place);
  const [tab, setTab] = useState<'backtests' | 'forecasts'>(query['tab'] === 'forecasts' ? 'forecasts' : 'backtests');
  return (
    <>
      <header class="page-head"><h1>{t.title}</h1><span class="quiet">{tab === 'backtests' ? t.note : t.forecastNote}</span></header>
      <Tabs label={t.title} tabs={tabs} chosen={tab} onChoose={(chosen) => { setTab(chosen); note('analytics', { tab: chosen === 'backtests' ? undefined : chosen }); }} />
      {tab === 'backtests' ? <Backtests /> : <Forecasts />}
    </>
  );
}
