import { type Cifar10, takeBalanced } from '../cifar10/dataset.js';
import type { TrainedArm } from '../findings/arm.js';
import type { Evidence, Mistakes } from '../report/html/evidence.js';
import { renderList } from '../report/quantities.js';
import type { DoneTrial } from '../runner/result.js';
import { readPredictions } from '../runner/store/predictions.js';
import { findMistakes } from './find-mistakes.js';

const testFile = 'test_batch.bin';

/** Finds what each arm's lowest seed gets wrong, by the predictions in the results folder. */
export async function collectMistakes(
  arms: readonly TrainedArm[],
  { folder, data }: { readonly folder: string; readonly data: Cifar10 },
): Promise<Pick<Evidence, 'mistakes' | 'missingMistakes'>> {
  const mistakes = new Map<string, Mistakes>();
  const missing: string[] = [];
  for (const { name, trials } of arms) {
    const trial = trials.reduce((a, b) => (b.seed < a.seed ? b : a));
    const found = await readMistakes(trial, folder, data);
    if (found) mistakes.set(name, found);
    else missing.push(name);
  }
  return { mistakes, missingMistakes: missing.length > 0 ? [explain(missing)] : [] };
}

async function readMistakes(
  trial: DoneTrial,
  folder: string,
  data: Cifar10,
): Promise<Mistakes | undefined> {
  if (trial.dataSha256[testFile] !== data.sha256[testFile]) return undefined;
  const { testLimit } = trial.experiment.dataset;
  const test = testLimit === undefined ? data.test : takeBalanced(data.test, testLimit);
  const predicted = test.count === trial.imageCounts.test && (await readPredictions(folder, trial));
  return predicted ? { seed: trial.seed, ...findMistakes(test, predicted) } : undefined;
}

function explain(names: readonly string[]): string {
  return `There are no predictions of ${renderList(names)}: an earlier prep-lab made the results, or the trials' own folders are not beside results.json.`;
}
