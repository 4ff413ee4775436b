// The indicators that the server knows.
import { ask } from '../api/rest.ts';
import type { IndicatorKindRow } from '../api/rest.gen.ts';
import { tellFailure } from '../app.ts';
import { Store } from '../core/store.ts';

export const catalog = new Store<readonly IndicatorKindRow[]>([]);

let isAsked = false;

/** Reads the catalog once. */
export function readCatalog(): void {
  if (!isAsked) {
    isAsked = true;
    ask('GET /v1/indicators/catalog').then((answer) => catalog.set(answer.indicators), (error: unknown) => {
      isAsked = false;
      tellFailure(error);
    });
  }
}

/** How an indicator with these parameters is asked for; what is as usual at the end is left out. */
export function specOf(kind: IndicatorKindRow, values: readonly string[]): string {
  const written = kind.parameters.map((parameter, index) => values[index] || standardOf(parameter));
  while (written.length > 0 && written.at(-1) === standardOf(kind.parameters[written.length - 1]!)) {
    written.pop();
  }
  return [kind.name, ...written].join(':');
}

/** What a parameter is when it is left out, as a person writes it. */
export const standardOf = (parameter: IndicatorKindRow['parameters'][number]): string => parameter.words[Number(parameter.standard)] ?? parameter.standard;
