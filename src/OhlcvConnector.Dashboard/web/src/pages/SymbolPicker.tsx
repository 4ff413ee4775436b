// Chooses a market out of all listings.
import { useEffect, useRef, useState } from 'preact/hooks';
import { marketOf } from '../core/keys.ts';
import { listings, readListings, searchOf } from '../core/listings.ts';
import { watched } from '../core/rows.ts';
import { useStore } from '../core/store.ts';
import { Icon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';

export const nameOf = (key: string): string => {
  const { exchange, market, symbol } = marketOf(key);
  return `${symbol} · ${exchange} ${market}`;
};

export function SymbolPicker({ chosen, onChoose, label = texts.chart.symbol }: { chosen: string; onChoose: (key: string) => void; label?: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [words, setWords] = useState('');
  const { all } = useStore(listings);
  useEffect(() => { void readListings(); }, []);
  const known = (watched.value ?? []).map((key) => ({ key, text: nameOf(key) }));
  const found = words.trim() ? searchOf(all, words).slice(0, 80).map(({ key }) => ({ key, text: nameOf(key) })) : known.slice(0, 80);
  const choose = (key: string) => {
    onChoose(key);
    dialog.current?.close();
    setWords('');
  };
  const { exchange, market, symbol } = marketOf(chosen);
  return (
    <>
      <button type="button" class="button symbol-button" aria-haspopup="dialog" onClick={() => dialog.current?.showModal()}>
        <span class="visually-hidden">{label}: </span><b>{symbol}</b><small>{exchange} {market}</small><Icon name="down" />
      </button>
      <dialog ref={dialog} class="dialog wide" aria-label={label}>
        <form onSubmit={(event) => { event.preventDefault(); if (found[0]) { choose(found[0].key); } }}>
          <header class="page-head"><h2>{label}</h2>
            <button type="button" class="icon-button" aria-label={texts.close} onClick={() => dialog.current?.close()}><Icon name="close" /></button>
          </header>
          <input type="search" autofocus placeholder={texts.markets.search} aria-label={texts.markets.search} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
          <ul class="choices">
            {found.map((one) => <li key={one.key}><button type="button" onClick={() => choose(one.key)}>{one.text}</button></li>)}
          </ul>
        </form>
      </dialog>
    </>
  );
}
