import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cachedData } from '../cifar10/cached-data.js';
import { temporaryFolder } from '../temporary-folder.js';
import { loadedModules, runProgram } from './run-program.js';

const tiny = {
  model: { name: 'baseline' },
  dataset: { trainLimit: 40, testLimit: 10 },
  preprocessing: [{ name: 'minmax' }],
  training: { epochs: 1, batchSize: 20 },
};
const sweep = {
  set: {
    'training.batchSize': [20, 40],
    'training.optimizer.learningRate': { logspace: [1e-4, 1e-2, 3] },
  },
};

/** Returns what the command prints in a new folder with an experiment file. */
async function dryRun(experiment: object, ...parameters: string[]) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.json'), JSON.stringify(experiment));
  const result = await runProgram(['run', 'a.json', '--device', 'cpu', ...parameters], { folder });
  return { ...result, folder };
}

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly willTrain: boolean;
  readonly estimatedSeconds: number | null;
}

test('A dry run lists the trials, writes nothing and loads no TensorFlow', async () => {
  const { exitCode, stdout, stderr, folder } = await dryRun(
    { ...tiny, sweep },
    '--seeds=2',
    '--dry-run',
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^id +experiment +seed +status +time +changes$/);
  expect(lines[1]).toMatch(
    /^a-seed0-[0-9a-f]{8} +a +0 +new +- +training\.batchSize=20, training\.optimizer\.learningRate=0\.0001$/,
  );
  expect(lines.slice(13)).toEqual(['', '12 trials: 12 new.', 'A run trains 12 of them.', '']);
  expect(existsSync(join(folder, 'results'))).toBe(false);

  const parameters = ['run', join(folder, 'a.json'), '--out', join(folder, 'none'), '--dry-run'];
  const modules = await loadedModules(parameters);
  expect(modules.filter((file) => /node_modules\/@tensorflow/.test(file))).toEqual([]);
});

test('A sweep of 2 x 3 x 2 trains its 12 trials, then none, and a changed value only its own', async () => {
  const data = await cachedData();
  const list = async (folder: string, ...parameters: string[]): Promise<Listed[]> => {
    const all = ['run', 'a.json', '--device=cpu', '--threads=1', '--seeds=2', ...parameters];
    return JSON.parse((await runProgram([...all, '--dry-run', '--json'], { folder })).stdout);
  };
  const { folder, stdout, exitCode } = await dryRun(
    { ...tiny, sweep },
    '--threads=1',
    '--jobs=2',
    '--seeds=2',
    '--data',
    data,
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain('minmax');
  const planned = await list(folder);
  const { trials } = JSON.parse(await readFile(join(folder, 'results/results.json'), 'utf8'));
  expect(trials.map(({ id }: Listed) => id)).toEqual(planned.map(({ id }) => id));
  expect(planned.map(({ status, willTrain }) => `${status} ${willTrain}`)).toEqual(
    Array.from({ length: 12 }, () => 'done false'),
  );
  const changed = await list(folder, '--set', 'training.batchSize=20,10');
  expect(changed.filter(({ status }) => status === 'done')).toHaveLength(6);
  const fresh = changed.filter(({ status }) => status === 'new');
  expect(fresh).toHaveLength(6);
  for (const { estimatedSeconds } of fresh) expect(estimatedSeconds).toBeGreaterThan(0);
  // Twelve starts of TensorFlow: about 10 s on an idle machine.
}, 240_000);

test('A plug-in that changes makes the trials new that use it', async () => {
  const folder = await temporaryFolder();
  const plugin = join(folder, 'mine.mjs');
  await copyFile('docs/example-plugin.mjs', plugin);
  const gamma = { name: 'random-gamma', strength: 0.2 };
  const files = { 'with.json': { ...tiny, preprocessing: [gamma] }, 'without.json': tiny };
  for (const [name, value] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(value));
  }
  const list = async (): Promise<string[]> => {
    const parameters = [
      'run',
      ...Object.keys(files),
      '--plugin',
      'mine.mjs',
      '--dry-run',
      '--json',
    ];
    const listed: Listed[] = JSON.parse((await runProgram(parameters, { folder })).stdout);
    return listed.map(({ id }) => id);
  };
  const before = await list();
  await writeFile(plugin, `${await readFile(plugin, 'utf8')}\n// Changed.\n`);
  const after = await list();
  expect(after[1]).toBe(before[1]);
  expect(after[0]).not.toBe(before[0]);
});

test('--filter and --shard take parts of the plan', async () => {
  const parameters = [
    '--seeds=0,1,2',
    '--filter',
    'seed=0,2',
    '--shard=1/2',
    '--dry-run',
    '--json',
  ];
  const { stdout } = await dryRun(tiny, ...parameters);
  expect(JSON.parse(stdout).map(({ id }: Listed) => id.slice(0, 7))).toEqual(['a-seed0']);
});

test('What comes twice is told once', async () => {
  const { stdout, stderr } = await dryRun(tiny, '--set', 'training.batchSize=20,20', '--dry-run');
  expect(stdout).toContain('\n1 trial: 1 new.\n');
  expect(stderr).toBe('Note: "a" with training.batchSize=20, seed 0 comes twice: it runs once.\n');
});

describe('What cannot be planned is one error with code 2:', () => {
  test.each([
    [
      ['--set', 'training.batchsize=3'],
      'a.json: with training.batchsize=3: training.batchsize is not a known key.\nHint: did you mean "batchSize"?\n',
    ],
    [
      ['--set', 'batchSize'],
      "Option '--set <path=value[,value...]>' argument 'batchSize' is invalid: expected path=value, such as training.batchSize=32,64; stages are named by their place or their name: preprocessing.random-flip.mode=vertical.\nHint: add --help to see what there is.\n",
    ],
    [
      ['--set', 'training.epochs=1', '--set', 'training.epochs=2'],
      `Option '--set <path=value[,value...]>' argument 'training.epochs=2' is invalid: "training.epochs" is set twice; give its values with commas.\nHint: add --help to see what there is.\n`,
    ],
    [
      ['--shard=3/2'],
      "Option '--shard <i/n>' argument '3/2' is invalid: expected a part of a whole, such as 1/3.\nHint: add --help to see what there is.\n",
    ],
    [
      ['--seeds=2', '--seed=1'],
      "Option '--seed <n[,n...]>' cannot be used with option '--seeds <count|list>'.\nHint: add --help to see what there is.\n",
    ],
    [
      ['--filter=b'],
      '--filter "b" leaves none of 1 trials.\nHint: the experiments are a; "--dry-run" lists the trials.\n',
    ],
  ])('%j', async (parameters, stderr) => {
    const result = await dryRun(tiny, ...parameters);
    expect(result).toMatchObject({ exitCode: 2, stderr, stdout: '' });
  });
});

test('A dry run of a race lists the most that it may train, and says so', async () => {
  const { stdout, stderr } = await dryRun(
    { ...tiny, sweep: { set: { 'training.batchSize': [20, 40] } } },
    '--race',
    'a training.batchSize=20,maxSeeds=4',
    '--dry-run',
  );
  expect(stdout).toContain('8 trials: 8 new.');
  expect(stderr).toBe(
    'A race trains no more than these: each experiment ends where its answer is sure.\n',
  );
});
