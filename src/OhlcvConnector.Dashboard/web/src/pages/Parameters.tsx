// Fields for the parameters of a strategy, as the server describes them.
import type { StrategyRow } from '../api/rest.gen.ts';
import { show } from '../core/decimal.ts';

export function Parameters({ strategy, values, onChange }: { strategy: StrategyRow; values: Record<string, string>; onChange: (values: Record<string, string>) => void }) {
  return (
    <>
      <p class="wide quiet">{strategy.text}</p>
      {strategy.parameters.map((one) => (
        <label class="field" key={one.name} title={one.text}><span>{one.name} ({show(one.min, 0)} – {show(one.max, 0)})</span>
          <input type="number" min={one.min} max={one.max} step={one.type === 'integer' ? 1 : 'any'} placeholder={one.default} value={values[one.name] ?? ''}
            onInput={(event) => onChange({ ...values, [one.name]: event.currentTarget.value })} />
        </label>
      ))}
    </>
  );
}
