import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { TrialResult } from '../../src/results/result.js';
import { listFiles, readOutcome, withoutTimes } from './outcome.js';
import { referenceOf } from './reference.js';
import { readResults } from './results.js';
import { createScenario } from './scenario.js';
import { run } from './start-run.js';

// A trial takes two seconds, but ten where others use the machine too.
vi.setConfig({ testTimeout: 300_000 });

const training = { epochs: 2 };

const failing = (what: string, call = 1) => ({
  preprocessing: [{ name: 'minmax' }, { name: 'fault', what, call }],
  training,
});

const experiments = {
  first: { training },
  exhaust: failing('exhaust'),
  killed: failing('kill'),
  crash: failing('crash'),
  broken: failing('throw'),
  exit: failing('exit'),
  // 5 calls an epoch: 4 steps and an evaluation.
  poison: failing('poison', 7),
  explode: {
    preprocessing: [],
    model: { name: 'baseline' },
    training: { ...training, optimizer: { name: 'sgd', learningRate: 1000, momentum: 0.99 } },
  },
  last: { training },
};

const reasons = {
  exhaust:
    /^Out of memory with batches of 64 images: OOM when allocating tensor with shape\[1000000,1000000\]/,
  killed: /^Its process was killed \(SIGKILL\), as the kernel does when memory runs out\.$/,
  crash: /^Its process crashed \(SIGSEGV\)/,
  broken: /faults\.mjs:\d+: stage "fault": "apply" fails: The stage is broken\.$/,
  exit: /faults\.mjs:\d+: the plug-in ends the program with process\.exit\(3\)\.$/,
  poison: /^The training loss became NaN in step 2 of epoch 2\.$/,
  explode: /^The training loss became (NaN|Infinity) in step \d of epoch 1\.$/,
};

const options = ['--eager'];

/** The table breaks a reason where it is too wide, at another place for each length of the checkout's path. */
const unbroken = (text: string) => text.replace(/\s+/g, '');

test('Each way to fail gives one failed row with its reason, and the others end as without (F13, F14, F15)', async () => {
  const scenario = await createScenario({ experiments, options });
  const { end, stdout, stderr } = await run(scenario);
  expect([end, stderr]).toEqual([1, expect.stringContaining('7 of 9 trials failed.')]);
  const trials = await readResults(scenario.out);
  expect(trials.map(({ experiment, status }) => [experiment.name, status])).toEqual(
    Object.keys(experiments).map((name) => [name, name in reasons ? 'failed' : 'done']),
  );
  for (const trial of trials) {
    if (trial.status !== 'failed') continue;
    const { name } = trial.experiment;
    expect(trial.reason).toMatch(reasons[name as keyof typeof reasons]);
    expect(unbroken(stdout)).toContain(unbroken(`failed: ${trial.reason.slice(0, 20)}`));
  }
  const { first, last } = experiments;
  const sound = await createScenario({ experiments: { first, last }, options });
  const isSound = ({ experiment: { name } }: TrialResult) => name === 'first' || name === 'last';
  expect(withoutTimes(trials.filter(isSound))).toEqual((await referenceOf(sound)).trials);

  // Table, results and export never show NaN as a number, and no checkpoint holds one.
  const { table } = await readOutcome(scenario.out);
  expect(table.replace(/failed: The training loss became NaN/g, '')).not.toContain('NaN');
  const poison = trials.find(({ experiment }) => experiment.name === 'poison');
  expect(poison?.history.map(({ epoch }) => epoch)).toEqual([1]);
  const kept = await listFiles(join(scenario.out, poison?.id ?? '', 'checkpoints'));
  expect(kept.map((path) => path.split('/')[0])).toEqual(Array(4).fill('epoch-000001-step-000000'));

  // Failed trials are not trained for ever.
  const again = await run(scenario.with('--export-csv', 'all.csv'));
  expect(again.end).toBe(1);
  expect(again.stderr).toContain('9 of 9 trials have a result already.\n');
  expect(await readResults(scenario.out)).toEqual(trials);
  const csv = await readFile(join(scenario.folder, 'all.csv'), 'utf8');
  expect(csv).toContain('became NaN in step');
  expect(csv.split(/[,\n]/).filter((cell) => /^"?[+-]?(nan|inf)/i.test(cell))).toEqual([]);
});

test('A plug-in that ends the trial’s process while it is loaded ends the run with 2', async () => {
  const scenario = await createScenario({ experiments: { first: {} }, options });
  const text = `import { defineStage, z } from 'prep-lab';
export const a = defineStage({ options: z.strictObject({ name: z.literal('mine') }), create() {} });
if (process.send) process.exit(0);`;
  await writeFile(join(scenario.folder, 'bad.mjs'), text);
  const { end, stderr } = await run(scenario.with('--plugin', 'bad.mjs'));
  expect([end, stderr]).toEqual([
    2,
    expect.stringMatching(/bad\.mjs:3: the plug-in ends the program with process\.exit\(0\)\.\n/),
  ]);
});
