import { renderChanges } from '../experiment/sweep/key-path.js';
import type { Plan, SameTrials, Trial } from '../runner/trial.js';

/** More lines than this would hide the warnings above. */
const shownLines = 3;

/** Renders which trials came up more than once, a line each; nothing where none did. */
export function renderSameTrials({
  duplicates,
  twins,
}: Pick<Plan, 'duplicates' | 'twins'>): string {
  const runOnce = duplicates.map(({ first, again }) =>
    nameArm(first) === nameArm(again)
      ? `Note: ${name(again)} comes twice: it runs once.\n`
      : `Note: ${name(again)} is the same trial as ${first.changes.length > 0 ? 'one ' : ''}${nameArm(first)}: it runs once.\n`,
  );
  const renamed = twins.map(
    ({ first, again }: SameTrials) =>
      `Note: ${name(again)} is the same training as ${name(first)} under another name: both run.\n`,
  );
  return [...shorten(runOnce, 'trials that run once'), ...shorten(renamed, 'such pairs')].join('');
}

function shorten(lines: readonly string[], noun: string): string[] {
  const rest = lines.length - shownLines;
  return rest > 0 ? [...lines.slice(0, shownLines), `Note: ${rest} more ${noun}.\n`] : [...lines];
}

function name(trial: Trial): string {
  const arm = trial.changes.length > 0 ? ` ${nameArm(trial)},` : '';
  return `"${trial.experiment.name}"${arm} seed ${trial.seed}`;
}

function nameArm({ changes }: Trial): string {
  return changes.length > 0 ? `with ${renderChanges(changes)}` : 'the experiment as it is written';
}
