// Asks for the key of a server that wants one.
import { useEffect, useRef, useState } from 'preact/hooks';
import { keyWanted, useKey } from '../app.ts';
import { useStore } from '../core/store.ts';
import { texts } from '../texts.ts';

export function KeyForm() {
  const wanted = useStore(keyWanted);
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState('');
  useEffect(() => {
    if (wanted !== 'no' && !dialog.current?.open) {
      dialog.current?.showModal();
    } else if (wanted === 'no') {
      dialog.current?.close();
    }
  }, [wanted]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="key-title" onClose={() => keyWanted.set('no')}>
      <form onSubmit={(event) => { event.preventDefault(); void useKey(key); }}>
        <h2 id="key-title">{texts.key.title}</h2>
        <p>{texts.key.explain} <code>connector-cli keys add NAME --role trade</code>.</p>
        {wanted === 'wrong' && <p class="error" role="alert">{texts.key.wrong}</p>}
        <label class="field"><span>{texts.key.label}</span>
          <input type="password" autocomplete="off" required value={key} onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <p class="actions"><button class="button primary">{texts.key.use}</button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>{texts.cancel}</button></p>
      </form>
    </dialog>
  );
}
