import type { Paint, Tone } from '../../text/paint.js';
import { wrapText } from '../../text/wrap.js';

/**
 * How much a reader needs a note, the most first: a `fault` makes the number what it is, without a `warning` the numbers
 * mislead, a `remark` is worth knowing, a `meaning` explains a column.
 */
const ranks = ['fault', 'warning', 'remark', 'meaning'] as const;

/** A sentence or more below a table. */
export interface Note {
  readonly rank: (typeof ranks)[number];
  readonly text: string;
  /** It explains these columns, and has nothing to say where none of them is shown. */
  readonly columns?: readonly string[];
}

/** Returns the notes that say something beside these columns, those that a reader needs most first. */
export function orderNotes(
  notes: readonly Note[],
  shown: readonly { readonly name: string }[],
): Note[] {
  const names = new Set(shown.map(({ name }) => name));
  const fitting = notes.filter(
    ({ text, columns }) => text !== '' && (columns?.some((name) => names.has(name)) ?? true),
  );
  return fitting.sort((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank));
}

interface NoteStyle {
  /** The terminal's width, if it is one. */
  readonly width?: number | undefined;
  readonly paint: Paint;
}

const tones: Readonly<Partial<Record<Note['rank'], Tone>>> = { fault: 'bad', warning: 'warning' };

/** Renders notes as a list, a line each or several in a narrow terminal. */
export function renderNotes(
  notes: readonly Note[],
  { width = Number.POSITIVE_INFINITY, paint }: NoteStyle,
): string[] {
  const [bullet, indent] = ['- ', '  '];
  return notes.flatMap(({ rank, text }) =>
    wrapText(text, width - bullet.length).map((line, index) => {
      const tone = tones[rank];
      const painted = index === 0 && tone ? paintStart(line, (start) => paint(tone, start)) : line;
      return (index === 0 ? bullet : indent) + painted;
    }),
  );
}

/** Paints what a note is about: "photometric:", "Short run:". */
function paintStart(line: string, paint: (start: string) => string): string {
  const start = /^[^:]{1,60}:(?= |$)/.exec(line)?.[0] ?? '';
  return start === '' ? line : paint(start) + line.slice(start.length);
}

/** Lines below a table that do not hide it. */
const mostLines = 5;

/**
 * Renders the first notes only, as many as fit into {@link mostLines} lines; where that is not all, the last line says how
 * many are left and how to see them. `leftOut` names what else is not shown: "8 columns".
 */
export function renderFirstNotes(
  notes: readonly Note[],
  style: NoteStyle & { readonly leftOut?: string },
): string[] {
  const all = notes.map((note) => renderNotes([note], style));
  if (!style.leftOut && all.flat().length <= mostLines) return all.flat();
  let count = 1;
  while (count < all.length && all.slice(0, count + 1).flat().length < mostLines) count += 1;
  const left = notes.length - Math.min(count, notes.length);
  const parts = [
    ...(left > 0 ? [`${left} more ${left === 1 ? 'note' : 'notes'}`] : []),
    ...(style.leftOut ? [style.leftOut] : []),
  ];
  const text = `Not shown: ${parts.join(' and ')} (--notes, table.md).`;
  return [...all.slice(0, count).flat(), ...renderNotes([{ rank: 'meaning', text }], style)];
}
