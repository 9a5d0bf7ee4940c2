import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseTrialResult } from '../../results/parse-results.js';
import type { TrialResult } from '../../results/result.js';
import { nameWithoutKey, type Trial } from '../trial.js';

/** Finds results that another version of prep-lab made of a trial: their key is another, and so is their folder. */
export interface OtherCodeFinder {
  /** Returns the folder's name; nothing if there is none. */
  find(trial: Trial): Promise<string | undefined>;
}

/** Creates a finder in a results folder, which it lists once: a plan may have thousands of trials. */
export function createOtherCodeFinder(folder: string): OtherCodeFinder {
  let listed: Promise<Map<string, string[]>> | undefined;
  return {
    async find(trial) {
      listed ??= listFolders(folder);
      for (const name of (await listed).get(nameWithoutKey(trial)) ?? []) {
        const result = await readResult(join(folder, name));
        if (result && result.key !== trial.key && isSameSetting(result, trial)) return name;
      }
      return undefined;
    },
  };
}

/** Returns the names of trials' folders by what they are without the key. */
async function listFolders(folder: string): Promise<Map<string, string[]>> {
  const folders = new Map<string, string[]>();
  for (const name of await readdir(folder).catch(() => [])) {
    const stem = /^(.*-seed\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
    if (stem !== undefined) folders.set(stem, [...(folders.get(stem) ?? []), name]);
  }
  return folders;
}

/** Its seal is not looked at: this is for a note, no number is taken from it. */
async function readResult(folder: string): Promise<TrialResult | undefined> {
  const file = join(folder, 'result', 'trial.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseTrialResult(text).value;
}

/** Results from before the setting had a key are compared by what they know of their experiment. */
function isSameSetting({ settingKey, experiment }: TrialResult, trial: Trial): boolean {
  if (settingKey !== undefined) return settingKey === trial.settingKey;
  const { dataset, preprocessing, resampling, model, training } = experiment;
  return Object.entries({ dataset, preprocessing, resampling, model, training }).every(
    ([key, value]) => contains(trial.experiment[key as 'dataset'], value),
  );
}

/** Whether all that `part` says is so in `whole`: keys that came later are not in it. */
function contains(whole: unknown, part: unknown): boolean {
  if (part === null || typeof part !== 'object') return isDeepStrictEqual(whole, part);
  if (whole === null || typeof whole !== 'object') return false;
  return Object.entries(part).every(([key, value]) =>
    contains((whole as Record<string, unknown>)[key], value),
  );
}
