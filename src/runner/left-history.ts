import { historySchema, renderState } from '../training/checkpoint/state.js';
import type { EpochRecord } from '../training/epoch-record.js';

/** Kind of what is sealed of a trial that was left at a rung and has its checkpoint on another machine: its epochs. */
export const historyKind = 'history';

/** The one file of it. */
export const historyFile = 'history.json';

/** Renders the epochs of a trial that was left. */
export function renderHistory(history: readonly EpochRecord[]): string {
  return renderState([...history]);
}

/** Parses what {@link renderHistory} returned; nothing where it is something else. */
export function parseHistory(text: string): readonly EpochRecord[] | undefined {
  try {
    return historySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
