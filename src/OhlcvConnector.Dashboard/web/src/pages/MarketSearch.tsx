// The search over all listings, which filters what is followed at the same time.
import { useEffect, useRef, useState } from 'preact/hooks';
import { listings, searchOf, type Listing } from '../core/listings.ts';
import { unwatch, watch, watched } from '../core/rows.ts';
import { useStore } from '../core/store.ts';
import { Icon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';

const t = texts.markets;
const Shown = 60;

export function Search({ words, onWords, onDown }: { words: string; onWords: (words: string) => void; onDown: () => void }) {
  const { all, isReading, problems } = useStore(listings);
  const known = new Set(useStore(watched));
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const found = searchOf(all, words);
  const missing = found.filter((one) => !known.has(one.key));
  useEffect(() => setAt(-1), [words]);
  useEffect(() => {
    const leave = (event: Event) => !box.current?.contains(event.target as Node) && setOpen(false);
    document.addEventListener('pointerdown', leave);
    return () => document.removeEventListener('pointerdown', leave);
  }, []);
  useEffect(() => document.getElementById(`found-${at}`)?.scrollIntoView({ block: 'nearest' }), [at]);

  const toggle = (one: Listing) => (known.has(one.key) ? unwatch([one.key]) : watch([one.key]));
  const isShown = isOpen && words.trim() !== '';
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && !isShown) {
      onDown();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const last = Math.min(found.length, Shown) - 1;
      setAt(Math.max(-1, Math.min(last, at + (event.key === 'ArrowDown' ? 1 : -1))));
    } else if (event.key === 'Enter' && isShown) {
      const one = found[Math.max(0, at)];
      if (one && (at >= 0 || !known.has(one.key))) { // what nobody chose is added, never removed
        toggle(one);
      }
    } else if (event.key === 'Escape') {
      onWords('');
      setOpen(false);
      (event.currentTarget as HTMLElement).blur();
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <div class="search" ref={box} role="search">
      <Icon name="search" />
      <input id="search" type="text" role="combobox" aria-expanded={isShown} aria-controls="found" aria-autocomplete="list" autocomplete="off" spellcheck={false}
        aria-activedescendant={at >= 0 ? `found-${at}` : undefined} aria-label={t.search} placeholder={t.search} value={words}
        onFocus={() => setOpen(true)} onInput={(event) => { onWords(event.currentTarget.value); setOpen(true); }} onKeyDown={onKey} />
      <kbd aria-hidden="true">/</kbd>
      {isShown && (
        <div class="found">
          <p class="found-head"><span>{isReading ? `${t.loadingListings} …` : found.length > 0 ? <>{t.results(found.length)}<small> {t.searchHint}</small></> : t.noResults}</span>
            {missing.length > 1 && <button class="button small" onClick={() => watch(missing.map((one) => one.key))}>{t.addAll(missing.length)}</button>}
          </p>
          {problems.map((problem) => <p key={problem} class="error">{problem}</p>)}
          <ul id="found" role="listbox" aria-label={t.search}>
            {found.slice(0, Shown).map((one, index) => (
              <li key={one.key} id={`found-${index}`} role="option" aria-selected={index === at} class={index === at ? 'at' : ''} onClick={() => toggle(one)}>
                <b>{one.row.symbol}</b><small>{one.row.exchange} {one.row.market}{one.row.status === 'trading' ? '' : ` · ${t.halted}`}</small>
                {known.has(one.key) ? <span class="tick" title={t.drop(one.row.symbol)}>{t.followed}<Icon name="close" /></span> : <span class="tick"><Icon name="plus" /></span>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
