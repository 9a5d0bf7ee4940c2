import { isDeepStrictEqual } from 'node:util';
import { groupArms } from '../analysis/comparison/arm.js';
import { assembleResults } from '../analysis/findings/compute-findings.js';
import type { DoneTrial, Results } from '../results/result.js';
import { acquireLease } from '../storage/lease.js';
import { exitCodes, UserError } from '../user-error.js';
import { readFolderResults } from './store/folder-results.js';
import type { StoredResult } from './store/stored-results.js';
import type { TrialStore } from './store/trial-store.js';

type ReadResult = Pick<StoredResult, 'result' | 'folder'>;

/**
 * Reads the results of folders or `results.json` files as one. Of a single one it reads what {@link readFolderResults} does.
 * @throws UserError
 */
export async function readMergedResults(paths: readonly string[]): Promise<Results> {
  const read = await Promise.all(
    paths.map(async (folder) => ({ folder, results: await readFolderResults(folder) })),
  );
  const [first, ...others] = read;
  if (first && others.length === 0) return first.results;
  const merged = mergeResults(
    read.map(({ folder, results }) => results.trials.map((result) => ({ result, folder }))),
  );
  return assembleResults(merged.map(({ result }) => result));
}

/**
 * Brings the results of several folders together. The same trial in two of them is one, if both say the same: times,
 * machine and how often it was continued may differ. A result takes the place of a failure.
 * @throws UserError naming a trial with two results.
 */
export function mergeResults<Read extends ReadResult>(
  folders: readonly (readonly Read[])[],
): Read[] {
  const merged = new Map<string, Read>();
  for (const stored of folders.flat()) {
    const { id } = stored.result;
    const other = merged.get(id);
    if (other) requireSame(other, stored);
    if (!other || (other.result.status === 'failed' && stored.result.status === 'done')) {
      merged.set(id, stored);
    }
  }
  return sortByArm([...merged.values()]);
}

function requireSame(one: ReadResult, other: ReadResult): void {
  const [a, b] = [one.result, other.result];
  if (a.status === 'failed' || b.status === 'failed') return;
  if (isDeepStrictEqual(numbersOf(a), numbersOf(b))) return;
  const [first, second] = [
    `${a.test.accuracy} in "${one.folder}"`,
    `${b.test.accuracy} in "${other.folder}"`,
  ];
  throw new UserError(`The trial ${a.id} has two results: test accuracy ${first}, ${second}.`, {
    hint: 'the same trial repeats bit for bit on one kind of processor; leave one of the two folders out, or remove that trial from it.',
    exitCode: exitCodes.comparisonFailed,
  });
}

/** What two runs of one trial must agree on. */
function numbersOf(trial: DoneTrial): unknown {
  const history = trial.history.map(
    ({ trainSeconds: _, validationSeconds: __, ...record }) => record,
  );
  return { history, test: trial.test, key: trial.key };
}

/** Arms in the order in which they first stand, each by its seeds, as one run of all would have them. */
function sortByArm<Read extends ReadResult>(stored: readonly Read[]): Read[] {
  const byId = new Map(stored.map((one) => [one.result.id, one]));
  return groupArms(stored.map(({ result }) => result)).flatMap(({ done, failed }) =>
    [...done, ...failed].sort((a, b) => a.seed - b.seed).map(({ id }) => byId.get(id) as Read),
  );
}

/** Stores what is not there yet, trial by trial, and returns all results. @throws UserError (storage, in use) */
export async function storeMerged(
  merged: readonly StoredResult[],
  { store, folder }: { readonly store: TrialStore; readonly folder: string },
): Promise<Results> {
  for (const { result, predicted } of merged.filter((stored) => stored.folder !== folder)) {
    const lease = await acquireLease(store.folderOf(result));
    try {
      await store.commit({ trial: result, result, predicted, lease });
    } finally {
      await lease.release();
    }
  }
  return assembleResults(merged.map(({ result }) => result));
}
