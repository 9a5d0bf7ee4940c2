import type { Results } from '../results/result.js';
import { noteOnControl } from './notes/control.js';
import { noteOnFindings, summariseFindings } from './notes/findings.js';
import { type Note, orderNotes } from './notes/note.js';
import { noteOnTrials } from './notes/trials.js';
import type { Rows } from './rows.js';

/** Returns all that a reader of the table should know, what matters most first, and nothing of columns that it lacks. */
export function computeNotes(results: Results, table: Rows): Note[] {
  return orderNotes([...noteOnFindings(results), ...noteOnReading(results, table)], table.columns);
}

/** Returns the same with one note for all findings of an experiment: the worst first, then what holds for all of the table. */
export function computeShortNotes(results: Results, table: Rows): Note[] {
  const all = [...summariseFindings(results), ...noteOnReading(results, table)];
  const notes = orderNotes(all, table.columns);
  const first = [notes[0], notes.find(({ rank }) => rank === 'warning')];
  return [...new Set([...first.filter((note) => note !== undefined), ...notes])];
}

/** Returns the same without the findings. */
export function computeReadingNotes(results: Results, table: Rows): Note[] {
  return orderNotes(noteOnReading(results, table), table.columns);
}

function noteOnReading(results: Results, { comparisons, notes = [] }: Rows): Note[] {
  const own = notes.map((text): Note => ({ rank: 'remark', text }));
  return [...own, ...noteOnTrials(results, comparisons), ...noteOnControl(comparisons)];
}
