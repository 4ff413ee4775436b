// Chooses indicators, and their parameters, out of the server's catalog.
import { useRef, useState } from 'preact/hooks';
import type { IndicatorKindRow } from '../api/rest.gen.ts';
import { catalog, specOf, standardOf } from '../chart/catalog.ts';
import { Icon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';

const t = texts.chart;

export function IndicatorPicker({ chosen, onChange }: { chosen: readonly string[]; onChange: (specs: readonly string[]) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [words, setWords] = useState('');
  const [kind, choose] = useState<IndicatorKindRow | null>(null);
  const [values, setValues] = useState<readonly string[]>([]);
  const found = catalog.value.filter((one) => `${one.name} ${one.title} ${one.group}`.toLowerCase().includes(words.toLowerCase()));
  const add = () => {
    const spec = specOf(kind!, values);
    onChange(chosen.includes(spec) ? chosen : [...chosen, spec]);
    choose(null);
    dialog.current?.close();
  };
  return (
    <>
      <button class="button" aria-haspopup="dialog" onClick={() => dialog.current?.showModal()}>{t.indicators}{chosen.length > 0 && <span class="tag">{chosen.length}</span>}</button>
      <dialog ref={dialog} class="dialog wide" aria-label={t.indicators}>
        <form onSubmit={(event) => { event.preventDefault(); if (kind) { add(); } }}>
          <header class="page-head"><h2>{t.addIndicator}</h2>
            <button type="button" class="icon-button" aria-label={texts.close} onClick={() => dialog.current?.close()}><Icon name="close" /></button>
          </header>
          {chosen.length > 0 && (
            <p class="actions">{chosen.map((spec) => (
              <button key={spec} type="button" class="button small on" aria-label={t.remove(spec)} onClick={() => onChange(chosen.filter((one) => one !== spec))}>
                {spec}<Icon name="close" />
              </button>
            ))}</p>
          )}
          {kind ? (
            <>
              <h3>{kind.title} ({kind.onPrices ? t.onPrice : t.ownPane})</h3>
              <div class="form">
                {kind.parameters.map((parameter, index) => (
                  <label class="field" key={parameter.name}><span>{parameter.name}</span>
                    {parameter.words.length > 0 ? (
                      <select value={values[index] ?? standardOf(parameter)} onChange={(event) => setValues(kind.parameters.map((_, at) => (at === index ? event.currentTarget.value : values[at] ?? '')))}>
                        {parameter.words.map((word) => <option key={word}>{word}</option>)}
                      </select>
                    ) : (
                      <input type="number" min={parameter.least} max={parameter.most} step={parameter.whole ? 1 : 'any'} placeholder={parameter.standard} value={values[index] ?? ''}
                        onInput={(event) => setValues(kind.parameters.map((_, at) => (at === index ? event.currentTarget.value : values[at] ?? '')))} />
                    )}
                  </label>
                ))}
              </div>
              <p class="actions"><button class="button primary">{texts.add}</button><button type="button" class="button" onClick={() => choose(null)}>{texts.cancel}</button></p>
            </>
          ) : (
            <>
              <input type="search" placeholder={t.find} aria-label={t.find} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
              <ul class="choices">
                {found.map((one) => (
                  <li key={one.name}><button type="button" onClick={() => { choose(one); setValues([]); }}><b>{one.title}</b><small>{one.name} · {one.group}</small></button></li>
                ))}
              </ul>
            </>
          )}
        </form>
      </dialog>
    </>
  );
}
