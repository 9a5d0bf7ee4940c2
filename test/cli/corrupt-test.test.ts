import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readResults } from '../../src/results/read-results.js';
import type { DoneTrial } from '../../src/results/result.js';
import { cacheFolder } from '../../src/storage/cache-folder.js';
import { runProgram } from './run-program.js';

let folder: string;
let kept: string;

const experiment = {
  preprocessing: ['minmax'],
  model: 'baseline',
  dataset: { trainLimit: 200, testLimit: 100 },
  training: { epochs: 1, validation: 'none' },
};

/** The engine and the data of the user, corrupted images of our own. */
const environment = { PREP_LAB_CACHE: cacheFolder() };

async function run(name: string, options: readonly string[]) {
  await writeFile(join(folder, `${name}.json`), JSON.stringify(experiment));
  const parameters = ['run', `${name}.json`, '--out', name, '--no-diagnostics', ...options];
  return runProgram(parameters, { folder, environment });
}

async function readTrial(name: string): Promise<DoneTrial> {
  const { trials } = await readResults(join(folder, name));
  return trials[0] as DoneTrial;
}

/** Each starts TensorFlow two or three times. */
const slow = 300_000;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'corrupt-test-'));
  kept = join(folder, 'kept');
  const { exitCode } = await run('kept', ['--keep-weights']);
  expect(exitCode).toBe(0);
}, slow);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('prep-lab corrupt-test', () => {
  test(
    'judges kept weights as a run with --corruptions does, and stores it',
    async () => {
      const asked = ['--corruptions', 'fog,pixelate'];
      const tested = await runProgram(['corrupt-test', kept, ...asked], { folder, environment });
      expect({ exitCode: tested.exitCode, stderr: tested.stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringMatching(
          /^(Judging kept-seed0-[0-9a-f]{8} \(1 of 1\)) \.\.\.\n\1: 10 of 10 sets, [\d.]+ s\n$/,
        ),
      });
      expect(tested.stdout).toContain('corrupted');
      expect((await run('trained', asked)).exitCode).toBe(0);
      const [judged, trained] = [await readTrial('kept'), await readTrial('trained')];
      expect(judged.corruptions).toEqual(trained.corruptions);
      expect(judged.corruptions?.kinds.map(({ name }) => name)).toEqual(['fog', 'pixelate']);
      expect(judged.corruptions?.imageCount).toBe(100);
      // What is judged beside the test images is part of the trial's key.
      expect(judged.key).not.toBe(trained.key);
      expect(judged.test).toEqual(trained.test);
    },
    slow,
  );

  test(
    'refuses weights that do not give the stored accuracy',
    async () => {
      const id = (await readTrial('kept')).id;
      const weights = join(kept, id, 'weights');
      expect((await readdir(weights)).sort()).toEqual([
        'manifest.json',
        'weights.bin',
        'weights.json',
      ]);
      const bytes = await readFile(join(weights, 'weights.bin'));
      await writeFile(join(weights, 'weights.bin'), bytes.fill(0, 0, 100));
      const { exitCode, stderr } = await runProgram(['corrupt-test', kept], {
        folder,
        environment,
      });
      expect(exitCode).toBe(7);
      expect(stderr).toContain('weights.bin');
    },
    slow,
  );

  test(
    'says that nothing was kept',
    async () => {
      expect((await run('without', [])).exitCode).toBe(0);
      expect(await runProgram(['corrupt-test', 'without'], { folder, environment })).toEqual({
        exitCode: 2,
        stdout: '',
        stderr:
          '"without" must hold trials that kept their weights; none of its 1 trial did.\nHint: train them with "prep-lab run ... --keep-weights" (with --force, where they are done).\n',
      });
    },
    slow,
  );

  test('names all corruptions where one is misspelt', async () => {
    expect(await runProgram(['corrupt-test', 'kept', '--corruptions', 'fogg'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('there are gaussian-noise, shot-noise,'),
    });
  });
});
