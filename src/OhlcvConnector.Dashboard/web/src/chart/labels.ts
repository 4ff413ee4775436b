// Marks of one candle become one, and their words are drawn where there is room for them.
import type { SeriesMarker, Time } from 'lightweight-charts';

/** A mark on a candle: its look, its words, and how several of its kind are counted. */
export interface Mark extends Omit<SeriesMarker<Time>, 'text' | 'price' | 'position'> {
  readonly position: 'aboveBar' | 'belowBar';
  /** What is drawn beside it. */
  readonly label: string;
  /** All that it says. */
  readonly words: readonly string[];
  readonly many: (count: number) => string;
}

const LetterWidth = 6.4;

/** The words of a mark, each once. */
export const wordsOf = (mark: Mark): string[] => [...new Set(mark.words)];

/** One mark for all that look alike on the same side of a candle, in order of time. */
export function gathered(marks: readonly Mark[]): Mark[] {
  const found = new Map<string, Mark>();
  for (const mark of marks) {
    const name = `${Number(mark.time)} ${mark.position} ${mark.shape} ${mark.color}`;
    const known = found.get(name);
    found.set(name, known ? { ...known, words: [...known.words, ...mark.words] } : mark);
  }
  return [...found.values()].sort((a, b) => Number(a.time) - Number(b.time));
}

/** The marks as they are drawn; one whose words would lie on those before it goes without. */
export function laid(marks: readonly Mark[], placeOf: (time: Time) => number | null): SeriesMarker<Time>[] {
  const ends = { aboveBar: -Infinity, belowBar: -Infinity };
  return marks.map(({ words, label, many, ...mark }) => {
    const place = placeOf(mark.time);
    const text = words.length === 1 ? label : many(words.length);
    const half = (text.length * LetterWidth) / 2;
    if (place === null || place - half < ends[mark.position]) {
      return { ...mark, text: '' } as SeriesMarker<Time>;
    }
    ends[mark.position] = place + half;
    return { ...mark, text } as SeriesMarker<Time>;
  });
}
