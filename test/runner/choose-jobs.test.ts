import { readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseJobs } from '../../src/runner/choose-jobs.js';
import { plainConditions } from '../../src/runner/plan/conditions.js';
import { planTrials } from '../../src/runner/trial.js';
import { parseExperiment } from '../experiment/parse.js';
import { temporaryFolder } from '../temporary-folder.js';

/** A GPU takes up to eight trials, however many cores a test has. */
const onGpu = { ...plainConditions(), device: 'gpu', threads: 1 } as const;
const megabytes = 2 ** 20;

const plan = (seeds: number, names = ['baseline']) =>
  planTrials(
    names.map((name) => parseExperiment({ name, model: { name } })),
    { seeds: Array.from({ length: seeds }, (_, seed) => seed) },
  );

/** A machine that is so fast with 1, 2, 4 ... trials side by side, and fails where no speed is told. */
async function createMachine(
  speeds: Readonly<Record<number, number>>,
  bytes = megabytes,
  conditions: Parameters<typeof chooseJobs>[1]['conditions'] = onGpu,
) {
  const notes: string[] = [];
  const sizes: string[] = [];
  const folder = await temporaryFolder();
  const choose = (trials: ReturnType<typeof plan>) =>
    chooseJobs(trials, {
      conditions,
      folder,
      note: (text) => notes.push(text.replace(folder, '').replace(/\d{4}-\d\d-\d\d/, 'DAY')),
      async train({ experiment }, { jobs, epochs }) {
        sizes.push(`${experiment.model.name}: ${jobs} x ${epochs}`);
        const imagesPerSecond = speeds[jobs];
        return imagesPerSecond === undefined ? undefined : { imagesPerSecond, bytes };
      },
    });
  return { choose, notes, sizes, folder };
}

test('As many run side by side as make it faster, which is measured once', async () => {
  const { choose, notes, sizes, folder } = await createMachine({ 1: 1000, 2: 1800, 4: 1850 });
  expect(await choose(plan(20))).toBe(2);
  expect(sizes).toEqual([
    'baseline: 1 x 1',
    'baseline: 1 x 3',
    'baseline: 2 x 3',
    'baseline: 4 x 3',
  ]);
  const [file] = await readdir(folder);
  expect(notes).toEqual([
    `--jobs auto: measuring "baseline", once on this machine (kept in "/${file}").`,
    '--jobs auto: "baseline" trains on 1,000 by 1, 1,800 by 2 and 1,850 by 4 images a second (measured DAY).',
    '--jobs auto: 2 trials side by side, 1 thread each.',
  ]);
  expect(await choose(plan(20))).toBe(2);
  expect(sizes).toHaveLength(4);
});

test('What fails, as for lack of memory, is not taken', async () => {
  const { choose } = await createMachine({ 1: 1000, 2: 1900 });
  expect(await choose(plan(20))).toBe(2);
});

test('A measurement for a smaller plan is made again for a larger one', async () => {
  const { choose, sizes } = await createMachine({ 1: 1000, 2: 1900, 4: 3600, 8: 7000 });
  expect(await choose(plan(2))).toBe(2);
  expect(await choose(plan(100))).toBe(8);
  expect(await choose(plan(3))).toBe(3);
  expect(sizes).toHaveLength(3 + 5);
});

test('The free memory bounds them, and is looked at anew each time', async () => {
  const { choose, notes, folder } = await createMachine({ 1: 1000, 2: 1900, 4: 3600, 8: 7000 });
  expect(await choose(plan(100))).toBe(8);
  const file = join(folder, (await readdir(folder))[0] as string);
  const measured = JSON.parse(await readFile(file, 'utf8'));
  const bytes = Math.floor((0.9 * process.availableMemory()) / 2.5);
  await writeFile(file, JSON.stringify({ ...measured, bytes }));
  expect(await choose(plan(100))).toBe(2);
  expect(notes.at(-2)).toMatch(/; the free memory holds 2 of [\d,]+ MB each\.$/);
});

test('What does not fit the memory is not even tried', async () => {
  const { choose, sizes } = await createMachine({ 1: 1000, 2: 1900 }, process.availableMemory());
  expect(await choose(plan(100))).toBe(1);
  expect(sizes).toEqual(['baseline: 1 x 1', 'baseline: 1 x 3']);
});

test('Of several models, the one that fewest trials serve decides', async () => {
  const { choose, sizes } = await createMachine({ 1: 1000, 2: 1900, 4: 1900 });
  expect(await choose(plan(20, ['baseline', 'deep']))).toBe(2);
  expect(sizes.filter((size) => size.startsWith('deep'))).toHaveLength(4);
});

test('A damaged measurement is made again', async () => {
  const { choose, sizes, folder } = await createMachine({ 1: 1000, 2: 1900, 4: 1900 });
  await choose(plan(20));
  await writeFile(join(folder, (await readdir(folder))[0] as string), '{');
  expect(await choose(plan(20))).toBe(2);
  expect(sizes).toHaveLength(8);
});

test('Where threads take all cores, or there is one trial, nothing is measured', async () => {
  const cores = availableParallelism();
  const all = { ...plainConditions(), threads: cores };
  const { choose, notes, sizes } = await createMachine({}, 0, all);
  expect(await choose(plan(20))).toBe(1);
  expect(notes[0]).toMatch(
    /^--jobs auto: one trial at a time, as \d+ threads? each take the \d+ cores?\.$/,
  );
  const one = await createMachine({});
  expect(await one.choose(plan(1))).toBe(1);
  expect(one.notes).toEqual(['--jobs auto: one trial at a time, as there is one.']);
  expect([...sizes, ...one.sizes]).toEqual([]);
});
