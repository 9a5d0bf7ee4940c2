import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClassLabels, labelsToBytes } from '../../datasets/labelled-images.js';
import type { Problem } from '../../problem.js';
import { parseTrialResult } from '../../results/parse-results.js';
import type { Results, TrialResult } from '../../results/result.js';
import { asidePath, discard, exists, removeLeftovers } from '../../storage/leftovers.js';
import { readSealedFolder, writeSealedFolder } from '../../storage/sealed-folder.js';
import { DamagedFolderError } from '../../storage/sealed-manifest.js';
import { asWriteError } from '../../storage/storage-error.js';
import type { EpochRecord } from '../../training/epoch-record.js';
import { exitCodes, UserError } from '../../user-error.js';
import { decodeCheckpoint } from '../checkpoint.js';
import { historyFile, historyKind, parseHistory, renderHistory } from '../left-history.js';
import type { Trial } from '../trial.js';
import { listCheckpoints, parseName, readNewestCheckpoint } from './checkpoint-folders.js';
import { createOtherCodeFinder } from './other-code.js';
import { requireOwnFiles } from './own-files.js';
import { type PlannedTrial, writePlan } from './plan-file.js';
import { type SearchRecord, writeSearches } from './search-file.js';
import { prepareFolder, writeSummary } from './summary.js';

/** What a results folder knows of a trial. */
export type StoredTrial =
  /** `otherCode`: the folder of a result that other code of prep-lab made of the same trial. */
  | { readonly status: 'new'; readonly otherCode?: string }
  /** It has a checkpoint, here or on another machine: so many epochs are done. */
  | { readonly status: 'partial'; readonly epochs: number }
  /** `hasLeftovers`: beside a done one lies what a runner needs on the way and takes away in the end. */
  | {
      readonly status: 'done' | 'failed';
      readonly result: TrialResult;
      readonly hasLeftovers?: true;
    }
  /** It has a result that cannot be used, for this reason. */
  | { readonly status: 'damaged'; readonly reason: string };

/** A result on its way into the folder. */
interface Commit {
  readonly trial: Pick<Trial, 'id' | 'key'>;
  readonly result: TrialResult;
  /** The class predicted for each test image; left out where the trial failed. */
  readonly predicted?: ClassLabels | undefined;
  /** Proves that the trial is still ours to write. */
  readonly lease: { requireCurrent(): Promise<void> };
}

/** The epochs of a trial that was left on another machine, on their way into the folder. */
interface LeftTrial extends Pick<Commit, 'trial' | 'lease'> {
  readonly history: readonly EpochRecord[];
}

/** A results folder: a folder for each trial, and a summary of the last run. */
export interface TrialStore {
  folderOf(trial: Pick<Trial, 'id'>): string;
  look(trial: Trial): Promise<StoredTrial>;
  /** Stores a result that `asStorable` gave, whole or not at all; a done trial's checkpoints then go. @throws UserError (storage, results in use) */
  commit(commit: Commit): Promise<void>;
  /** Stores how far a trial has come whose checkpoint is on another machine. @throws UserError (storage, results in use) */
  commitHistory(left: LeftTrial): Promise<void>;
  /** Says why none of a trial's checkpoints can be used; nothing if one can, or if there are none. */
  findUnusableCheckpoints(trial: Trial): Promise<string | undefined>;
  removeCheckpoints(trial: Trial): Promise<void>;
  /** Renames a part of the trial's folder, so that it is kept but not found. Returns where it is now. */
  setAside(trial: Trial, part: 'result' | 'checkpoints'): Promise<string>;
  /** Writes `plan.json`: which trials the summary is of, in its order. @throws UserError (storage) */
  writePlan(plan: readonly PlannedTrial[]): Promise<void>;
  /** Writes `search.json`: what the folder's searches have found so far. @throws UserError (storage) */
  writeSearches(searches: readonly SearchRecord[]): Promise<void>;
  /** Returns the epochs that a trial without a result has behind it, as far as they can be read. */
  readHistory(trial: Trial): Promise<readonly EpochRecord[]>;
  /** Writes `results.json` and `table.md`, each whole or not at all. */
  writeSummary(results: Results, table: string): Promise<void>;
}

/** Kind of the sealed folder with a trial's result. */
export const resultKind = 'result';

/**
 * Opens a results folder for a run: makes it if needed, and makes sure that it can be written and has some space, and
 * that the run overwrites no other program's files.
 * @throws UserError (storage, usage)
 */
export async function openTrialStore(folder: string): Promise<TrialStore> {
  await requireOwnFiles(folder);
  await prepareFolder(folder);
  return createTrialStore(folder);
}

/** Returns the store of a folder that need not be there; looking at it changes nothing. */
export function createTrialStore(folder: string): TrialStore {
  const folderOf = ({ id }: Pick<Trial, 'id'>) => join(folder, id);
  const checkpointsOf = (trial: Pick<Trial, 'id'>) => join(folderOf(trial), 'checkpoints');
  const historyOf = (trial: Pick<Trial, 'id'>) => join(folderOf(trial), 'history');
  const others = createOtherCodeFinder(folder);
  const removeCheckpoints = async (trial: Pick<Trial, 'id'>) => {
    await removeAll(checkpointsOf(trial));
    await removeAll(historyOf(trial));
  };
  return {
    folderOf,
    async look(trial) {
      const stored = await look(trial, folderOf(trial));
      if (stored.status !== 'new') return stored;
      const otherCode = await others.find(trial);
      return otherCode === undefined ? stored : { ...stored, otherCode };
    },
    async commit({ trial, result, predicted, lease }) {
      await writeSealedFolder(join(folderOf(trial), 'result'), {
        kind: resultKind,
        key: trial.key,
        files: {
          'trial.json': `${JSON.stringify(result, null, 2)}\n`,
          ...(predicted && { 'predictions.bin': labelsToBytes(predicted) }),
        },
        guard: () => lease.requireCurrent(),
      });
      if (result.status === 'done') await removeCheckpoints(trial);
      await removeLeftovers(folderOf(trial));
    },
    commitHistory: ({ trial, history, lease }) =>
      writeSealedFolder(historyOf(trial), {
        kind: historyKind,
        key: trial.key,
        files: { [historyFile]: renderHistory(history) },
        guard: () => lease.requireCurrent(),
      }),
    async findUnusableCheckpoints(trial) {
      try {
        const { files } = await readNewestCheckpoint(checkpointsOf(trial), trial.key);
        if (files) decodeCheckpoint(files);
        return undefined;
      } catch (error) {
        const isUnusable = error instanceof UserError && error.exitCode === exitCodes.cannotResume;
        if (isUnusable) return error.message;
        throw error;
      }
    },
    removeCheckpoints,
    setAside: (trial, part) => setAside(join(folderOf(trial), part)),
    writePlan: (plan) => writePlan(folder, plan),
    writeSearches: (searches) => writeSearches(folder, searches),
    async readHistory(trial) {
      const found = readNewestCheckpoint(checkpointsOf(trial), trial.key);
      // Whoever trains it on is told what is wrong with its checkpoints.
      const { files } = await found.catch(() => ({ files: undefined }));
      const own = files ? decodeCheckpoint(files).state.history : [];
      const left = await readLeftHistory(historyOf(trial), trial);
      return left.length > own.length ? left : own;
    },
    writeSummary: (results, table) => writeSummary(folder, results, table),
  };
}

async function look(trial: Trial, folder: string): Promise<StoredTrial> {
  const names = await listNames(folder);
  const stored = names.some((name) => resultNames.includes(name))
    ? await lookAtResult(trial, folder)
    : undefined;
  if (stored?.status === 'done' && names.some(isLeftover)) return { ...stored, hasLeftovers: true };
  if (stored) return stored;
  const isBegun = names.some((name) => progressNames.includes(name));
  return (isBegun && (await lookAtProgress(trial, folder))) || { status: 'new' };
}

const resultNames = ['result', asidePath('result')];
const progressNames = ['checkpoints', 'history', asidePath('history')];

/** Whether a trial's folder has something of this name only while a runner works there, or died there. */
function isLeftover(name: string): boolean {
  return /^(checkpoints$|history$|lease-|\.tmp-|\.replaced-)/.test(name);
}

/**
 * Lists a trial's folder in one call of the system, as it was at one moment: of a large plan most trials have none, or
 * nothing beside their results.
 */
function listNames(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(({ code }: NodeJS.ErrnoException) =>
    // What cannot be listed is told by whoever cannot read it.
    code === 'ENOENT' ? [] : [...resultNames, ...progressNames],
  );
}

/** Returns nothing where there is none. */
async function lookAtResult(trial: Trial, folder: string): Promise<StoredTrial | undefined> {
  try {
    const path = join(folder, 'result');
    const files = await readSealedFolder(path, { kind: resultKind, key: trial.key });
    const stored = parseTrialResult(files.get('trial.json')?.toString('utf8') ?? '');
    if (!stored.value) return { status: 'damaged', reason: explain(path, stored.problems) };
    // What does not enter the key, such as the description, is as the files say today.
    const { experiment, changes, writtenEpochs, chosen } = trial;
    const { chosen: _, ...value } = stored.value;
    const result = { ...value, experiment, changes, writtenEpochs, ...(chosen && { chosen }) };
    return { status: result.status, result };
  } catch (error) {
    if (!(error instanceof DamagedFolderError)) throw error;
    return error.damage === 'absent' ? undefined : { status: 'damaged', reason: error.message };
  }
}

/** Returns nothing where there is none. */
async function lookAtProgress(trial: Trial, folder: string): Promise<StoredTrial | undefined> {
  const [newest] = await listCheckpoints(join(folder, 'checkpoints'));
  const place = newest ? parseName(newest) : undefined;
  const left = await readLeftHistory(join(folder, 'history'), trial);
  if (!place && left.length === 0) return undefined;
  return { status: 'partial', epochs: Math.max(place?.epoch ?? 0, left.length) };
}

/** What cannot be used counts as not there: whoever trains it on tells it again. */
async function readLeftHistory(
  path: string,
  { key }: Pick<Trial, 'key'>,
): Promise<readonly EpochRecord[]> {
  const files = await readSealedFolder(path, { kind: historyKind, key }).catch(() => undefined);
  return parseHistory(files?.get(historyFile)?.toString('utf8') ?? '') ?? [];
}

/** The bytes are as they were written, but another version wrote them. */
function explain(path: string, problems: readonly Problem[]): string {
  return `"${join(path, 'trial.json')}": ${problems[0]?.message}`;
}

async function removeAll(path: string): Promise<void> {
  await discard(path).catch((error: unknown) => {
    throw asWriteError(error, path);
  });
}

async function setAside(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const place = `${path}.aside-${number}`;
    if (await exists(place)) continue;
    // Between two renames of a writer that died, what is read has the name of waiting.
    const found = (await exists(path)) ? path : asidePath(path);
    await rename(found, place).catch((error: unknown) => {
      throw asWriteError(error, path);
    });
    return place;
  }
}
