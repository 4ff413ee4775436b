// The rules: which stand, and an editor that checks, stores and tries others.
import { useEffect, useRef, useState } from 'preact/hooks';
import { marketNow, server, tell, tellFailure } from '../app.ts';
import { ask, RestError, wordsOf } from '../api/rest.ts';
import type { MistakeRow, SignalTrialAnswer } from '../api/rest.gen.ts';
import { percent } from '../core/decimal.ts';
import { marketOf } from '../core/keys.ts';
import { firstMarket } from '../core/rows.ts';
import { usePoll } from '../core/poll.ts';
import { texts, pageTexts } from '../texts.ts';
import { Signal } from './Signals.tsx';
import { SymbolPicker } from './SymbolPicker.tsx';

const t = pageTexts.signals;

export function RuleEditor() {
  const rules = usePoll((signal) => ask('GET /api/v1/signals/rules', { signal }), 15_000);
  const [text, setText] = useState<string | null>(null);
  const [isExample, setExample] = useState(false);
  const [mistakes, setMistakes] = useState<readonly MistakeRow[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    void ask('GET /api/v1/signals/rules/file').then((answer) => setText(answer.text), () => { setText(t.example); setExample(true); });
  }, []);

  const send = async (isCheck: boolean) => {
    setMistakes([]);
    setProblem(null);
    const body = parsed(text ?? '', setProblem);
    if (body === undefined) {
      return;
    }
    try {
      const answer = await ask('PUT /api/v1/signals/rules', { query: isCheck ? { check: true } : {}, body: body as never });
      tell(isCheck ? t.checked(Number(answer.rules)) : t.stored(Number(answer.rules), answer.file));
      rules.again();
    } catch (error) {
      setProblem(wordsOf(error));
      setMistakes(error instanceof RestError ? error.mistakes : []);
    }
  };
  const goTo = (mistake: MistakeRow) => {
    const lines = (text ?? '').split('\n');
    const at = lines.slice(0, Number(mistake.line) - 1).reduce((sum, line) => sum + line.length + 1, 0) + Number(mistake.column) - 1;
    area.current?.focus();
    area.current?.setSelectionRange(at, at + 1);
  };

  return (
    <aside class="stack" aria-label={t.rules}>
      <section class="card">
        <h2>{t.rules}</h2>
        {rules.data?.problem && <p class="problem">{t.problem}: {rules.data.problem}</p>}
        <p class="quiet">{t.standing(rules.data?.rules.length ?? 0)}</p>
        <ul class="rules">{rules.data?.rules.map((rule) => (
          <li key={rule.name}><details><summary><span class={`tag d-${rule.direction ?? ''}`}>{rule.direction ?? 'score'}</span> {rule.title}</summary>
            <small>{rule.name}</small>{rule.conditions.map((one) => <code key={one} class="condition">{one}</code>)}</details></li>
        ))}</ul>
      </section>
      <section class="card stack">
        <h2>{t.editor}</h2>
        {isExample && <p class="quiet">{t.noFile}</p>}
        <label class="field"><span>{t.edit}</span>
          <textarea ref={area} rows={16} spellcheck={false} value={text ?? ''} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        {problem && mistakes.length === 0 && <p class="problem" role="alert">{problem}</p>}
        {mistakes.length > 0 && <ul class="mistakes" role="alert">{mistakes.map((mistake, index) => (
          <li key={index}><button class="button small" onClick={() => goTo(mistake)}>{t.line(Number(mistake.line), Number(mistake.column))}</button> <code>{mistake.field}</code> {mistake.message}</li>
        ))}</ul>}
        <p class="actions"><button class="button" onClick={() => void send(true)}>{t.check}</button><button class="button primary" onClick={() => void send(false)}>{t.store}</button></p>
        <Trial text={text ?? ''} onProblem={setProblem} />
      </section>
    </aside>
  );
}

/** What the rules in the editor would have said of a market. */
function Trial({ text, onProblem }: { text: string; onProblem: (problem: string | null) => void }) {
  const [key, setKey] = useState(firstMarket);
  const [interval, setInterval] = useState('1h');
  const [days, setDays] = useState(30);
  const [answer, setAnswer] = useState<SignalTrialAnswer | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = () => {
    const rules = parsed(text, onProblem);
    if (rules !== undefined) {
      setBusy(true);
      ask('POST /api/v1/signals/evaluate', { body: { ...marketOf(key), interval, from: new Date(marketNow() - days * 86_400_000).toISOString(), rules } as never })
        .then(setAnswer, tellFailure).finally(() => setBusy(false));
    }
  };
  return (
    <section class="stack" aria-label={t.trial}>
      <h3>{t.trial}</h3>
      <div class="toolbar">
        <SymbolPicker chosen={key} onChoose={setKey} />
        <select aria-label={t.interval} value={interval} onChange={(event) => setInterval(event.currentTarget.value)}>{['5m', '15m', '1h', '4h', '1d'].map((one) => <option key={one}>{one}</option>)}</select>
        <label class="check"><span class="quiet">{t.days}</span><input type="number" min="1" max="2000" value={days} onInput={(event) => setDays(Number(event.currentTarget.value))} /></label>
        <button class="button" disabled={isBusy || !server.value} onClick={run}>{isBusy ? `${texts.loading} …` : t.evaluate}</button>
      </div>
      {answer && (
        <>
          <p>{t.judged(Number(answer.candles), answer.signals.length)}</p>
          {answer.troubles.map((trouble) => <p key={trouble} class="problem">{trouble}</p>)}
          <dl class="facts">{['1', '4', '24'].map((candles) => <div key={candles}><dt>{t.mean}, {t.later(candles)}</dt><dd>{percent(meanAfter(answer, candles))}</dd></div>)}</dl>
          <ol class="feed">{answer.signals.slice(-50).reverse().map((one) => <Signal key={one.id} one={one} />)}</ol>
        </>
      )}
    </section>
  );
}

/** Mean change after so many candles, in the direction of each signal. */
function meanAfter(answer: SignalTrialAnswer, candles: string): number | null {
  const changes = answer.signals.flatMap((one) => {
    const change = (one.after as Record<string, { change?: string | null }> | null | undefined)?.[candles]?.change;
    return change === undefined || change === null || one.direction === 'neutral' ? [] : [Number(change) * (one.direction === 'short' ? -1 : 1)];
  });
  return changes.length > 0 ? changes.reduce((sum, change) => sum + change, 0) / changes.length : null;
}

/** Reads the editor's JSON; comments and commas at ends are allowed, as in the file. */
function parsed(text: string, onProblem: (problem: string | null) => void): unknown {
  onProblem(null);
  try {
    const bare = text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (token) => (token.startsWith('"') ? token : ' '));
    return JSON.parse(bare.replace(/"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g, (token) => (token === ',' ? '' : token)));
  } catch (error) {
    onProblem(`${t.notJson}: ${wordsOf(error)}`);
    return undefined;
  }
}
