// JSON whose numbers stay as they were written: prices are decimals, and a double would round them.

/** A JSON number as it was written, such as <c>42000.10</c>. <c>Number(x)</c> makes a double of it, for drawing and mathematics alone. */
export type Num = string & { readonly isNumber: unique symbol };

/** A number to be sent as it is written. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    if (!/^-?\d+(\.\d+)?$/.test(text)) {
      throw new RangeError(`'${text}' is no number`);
    }
    this.text = text;
  }
}

/** What is sent where an answer would have numbers: those that a person wrote, digit by digit. */
export type Sent<T> = T extends Num ? Raw | number : T extends (infer Item)[] ? Sent<Item>[]
  : T extends object ? { [Key in keyof T]: Sent<T[Key]> } : T;

const Tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Reads JSON; each number becomes a text of type Num. */
export function parseExact(text: string): unknown {
  return JSON.parse(text.replace(Tokens, (token) => (token.charCodeAt(0) === 34 ? token : `"${token}"`)));
}

/** Writes JSON in which Raw is a number as it was written. */
export function writeExact(value: unknown): string {
  if (value instanceof Raw) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => writeExact(item)).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).filter(([, item]) => item !== undefined)
      .map(([name, item]) => `${JSON.stringify(name)}:${writeExact(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
