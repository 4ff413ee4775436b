// Parts of forms.
import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { Raw } from '../api/exact.ts';
import { isDecimal } from '../core/decimal.ts';
import { pageTexts, texts } from '../texts.ts';

export function Field({ label, children }: { label: string; children: ComponentChildren }) {
  return <label class="field"><span>{label}</span>{children}</label>;
}

/** A number as a person writes it; it is sent digit by digit. */
export function Decimal({ label, value, onInput, placeholder, required = false }: {
  label: string; value: string; onInput: (value: string) => void; placeholder?: string; required?: boolean;
}) {
  return (
    <Field label={label}>
      <input type="text" inputMode="decimal" autocomplete="off" pattern="-?\d+(\.\d+)?" required={required} placeholder={placeholder} value={value}
        onInput={(event) => onInput(event.currentTarget.value.trim())} />
    </Field>
  );
}

/** The number that a person wrote; undefined for nothing. */
export function sent(text: string | undefined, field: string): Raw | undefined {
  if (!text) {
    return undefined;
  }
  if (!isDecimal(text)) {
    throw new RangeError(pageTexts.portfolio.wrongNumber(field));
  }
  return new Raw(text);
}

/** A button that is pressed twice: for what cannot be taken back. */
export function SureButton({ label, onSure, class: kind = 'danger', small = false }: { label: string; onSure: () => void; class?: string; small?: boolean }) {
  const [isSure, setSure] = useState(false);
  useEffect(() => {
    if (!isSure) {
      return undefined;
    }
    const timer = setTimeout(() => setSure(false), 4_000);
    return () => clearTimeout(timer);
  }, [isSure]);
  return (
    <button type="button" class={`button ${kind} ${small ? 'small' : ''} ${isSure ? 'sure' : ''}`} onClick={() => { setSure(!isSure); if (isSure) { onSure(); } }}>
      {isSure ? pageTexts.portfolio.sure : label}
    </button>
  );
}

/** A column of a table: its head, what stands in it of a row, and how it is set. */
export type ListColumn<T> = readonly [head: string, cell: (row: T) => ComponentChildren, kind?: 'number' | 'wrap'];

/** A table of rows, with an empty word where there are none. */
export function List<T>({ label, columns, rows, empty, keyOf }: {
  label: string; columns: readonly ListColumn<T>[]; rows: readonly T[]; empty: string;
  keyOf: (row: T) => string | number;
}) {
  return rows.length === 0 ? <p class="quiet">{empty}</p> : (
    <div class="scroll" tabIndex={0}>
      <table class="list"><caption class="visually-hidden">{label}</caption>
        <thead><tr>{columns.map(([head, , kind]) => <th key={head} scope="col" class={kind}>{head || <span class="visually-hidden">{texts.actions}</span>}</th>)}</tr></thead>
        <tbody>{rows.map((row) => <tr key={keyOf(row)}>{columns.map(([head, cell, kind]) => <td key={head} class={kind}>{cell(row)}</td>)}</tr>)}</tbody>
      </table>
    </div>
  );
}

/** Tabs, moved between by arrows. */
export function Tabs<T extends string>({ label, tabs, chosen, onChoose }: { label: string; tabs: readonly (readonly [T, string])[]; chosen: T; onChoose: (tab: T) => void }) {
  const at = tabs.findIndex(([name]) => name === chosen);
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) {
      onChoose(tabs[(at + step + tabs.length) % tabs.length]![0]);
      event.preventDefault();
    }
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map(([name, words]) => <button key={name} role="tab" aria-selected={name === chosen} tabIndex={name === chosen ? 0 : -1} onClick={() => onChoose(name)}>{words}</button>)}
    </div>
  );
}
