import { readExperiments } from '#prep-lab/experiment/read-experiment.js';
import { renderMarkdownTable } from '#prep-lab/report/markdown-table.js';
import { readResults } from '#prep-lab/results/read-results.js';
import type { DoneTrial } from '#prep-lab/results/result.js';
import { runPlan } from '#prep-lab/runner/run-plan.js';
import { openTrialStore } from '#prep-lab/runner/store/trial-store.js';
import { planTrials, type Trial } from '#prep-lab/runner/trial.js';
import { projectFile } from '../project-file.js';
import { printAnswer, readRequest } from './answer.js';

/**
 * Brings a plan to its results with a launcher that returns at once: what is left is what prep-lab itself takes for a
 * trial. A second run finds all of them done. Prints the time of one trial.
 */
const { trialCount, folder } = readRequest<{ trialCount: number; folder: string }>();
const seedCount = 10;
const [written] = await readExperiments([projectFile('experiments/minmax.json')]);
if (!written) throw new Error('There is no experiment to plan.');
const { trials: shipped } = await readResults(projectFile('results/study'));
const sample = shipped.find((trial) => trial.status === 'done') as DoneTrial;
const predicted = new Uint8Array(sample.imageCounts.test);

const started = performance.now();
const plan = planTrials(createExperiments(), {
  seeds: Array.from({ length: seedCount }, (_, seed) => seed),
});
printTime('planning', started);
for (const name of ['training in no time', 'all done']) {
  const begun = performance.now();
  const { left } = await run(plan);
  if (left > 0) throw new Error(`${left} trials are left.`);
  printTime(name, begun);
}

/** As a sweep over the learning rate makes them. */
function createExperiments() {
  return Array.from({ length: trialCount / seedCount }, (_, index) => {
    const { training } = written as NonNullable<typeof written>;
    const optimizer = { ...training.optimizer, learningRate: 0.001 * (1 + index / 1000) };
    return { ...(written as NonNullable<typeof written>), training: { ...training, optimizer } };
  });
}

async function run(trials: readonly Trial[]) {
  const store = await openTrialStore(folder);
  const none = () => {};
  return runPlan(trials, {
    store,
    ...{ which: 'missing', checkpoints: 'required', whenInUse: 'wait', whenFailed: 'continue' },
    stop: new AbortController().signal,
    reporter: {
      ...{ chosen: none, otherCode: none, waiting: none, setAside: none },
      ...{ started: none, interrupted: none, paused: none, ended: none },
      stored: (results) => store.writeSummary(results, renderMarkdownTable(results, {})),
    },
    prepare: async () => ({
      slots: [{}],
      start: (trial) => ({ ended: Promise.resolve(endOf(trial)), stop: none }),
      failAfterDeath: () => {
        throw new Error('No process dies here.');
      },
    }),
  });
}

function endOf({ id, key, settingKey, seed, experiment, changes }: Trial) {
  const result = { ...sample, id, key, settingKey, seed, experiment, changes };
  return { type: 'ended', result, predicted } as const;
}

function printTime(name: string, since: number): void {
  const seconds = (performance.now() - since) / 1000 / trialCount;
  printAnswer({ case: `a trial of a large plan: ${name}`, seconds: [seconds] });
}
