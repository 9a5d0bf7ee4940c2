import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoneTrial, TrialResult } from '../../results/result.js';

/** Enough to estimate from; a folder may hold thousands. */
const mostFiles = 500;

/** Returns the done trials that a results folder holds, of whatever plan. For estimates only: nothing is verified. */
export async function listFinishedTrials(folder: string): Promise<DoneTrial[]> {
  const names = await readdir(folder).catch(() => []);
  const trials: DoneTrial[] = [];
  for (const name of names.slice(0, mostFiles)) {
    const file = join(folder, name, 'result', 'trial.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const trial = text === undefined ? undefined : parseTrial(text);
    if (trial) trials.push(trial);
  }
  return trials;
}

function parseTrial(text: string): DoneTrial | undefined {
  try {
    const trial: Partial<TrialResult> | null = JSON.parse(text);
    return trial?.status === 'done' && isMeasured(trial) ? trial : undefined;
  } catch {
    return undefined;
  }
}

/** Whether all is there that an estimate is made of. */
function isMeasured(trial: Partial<DoneTrial>): trial is DoneTrial {
  const { durationSeconds, imageCounts, history, experiment, environment } = trial;
  const isTimed = typeof durationSeconds === 'number' && typeof imageCounts?.train === 'number';
  return isTimed && Array.isArray(history) && Boolean(experiment) && Boolean(environment);
}
