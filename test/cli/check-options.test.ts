import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

/** Writes the experiment "a" with these thresholds into a new folder. */
async function folderWith(thresholds: object | undefined): Promise<string> {
  const folder = await temporaryFolder();
  const experiment = {
    preprocessing: [{ name: 'minmax' }],
    model: { name: 'baseline' },
    training: { epochs: 1 },
    thresholds,
  };
  await writeFile(join(folder, 'a.json'), JSON.stringify(experiment));
  return folder;
}

const run = (folder: string, ...options: readonly string[]) =>
  runProgram(['run', 'a.json', '--limit', '200,100', '--device', 'cpu', ...options], { folder });

test.each([
  [undefined, ['--check'], '--check found no thresholds in the experiments.'],
  [
    { trainSeconds: '<= 2x baseline' },
    ['--check'],
    'The threshold "<= 2x baseline" needs a baseline.',
  ],
  [{ testAccuracy: '>= 0.1' }, ['--baseline', 'old.json'], '--baseline is only read with --check.'],
  [
    { testAccuracy: '>= baseline' },
    ['--check', '--baseline', 'old.json'],
    'old.json: there is no such file.',
  ],
])('thresholds %j with %j are wrong usage before anything is trained', async (...given) => {
  const [thresholds, options, message] = given;
  const { exitCode, stdout, stderr } = await run(await folderWith(thresholds), ...options);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});

test('a run whose thresholds are kept ends with 0, one that breaks one with 3, also where nothing is left to train', async () => {
  const folder = await folderWith({ testAccuracy: '>= 0.01', testLoss: '<= 1e-3' });
  const parameters = ['--export-json', '-', '--check'];
  const { exitCode, stdout, stderr } = await run(folder, ...parameters);
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ trials: [{ status: 'done' }] });
  expect(stderr).toMatch(/^a: testAccuracy >= 0\.01: 0\.\d+, passes\.$/m);
  expect(stderr).toMatch(/^a: testLoss <= 1e-3: \d\.\d+, fails\.$/m);
  expect(stderr).toMatch(
    /\n1 of 2 thresholds are not kept\.\nHint: the lines above say which\.\n$/,
  );

  await writeFile(
    join(folder, 'a.json'),
    JSON.stringify({
      preprocessing: [{ name: 'minmax' }],
      model: { name: 'baseline' },
      training: { epochs: 1 },
      thresholds: { trainSeconds: '<= 1.2x baseline' },
    }),
  );
  const again = await run(folder, '--check', '--baseline', 'results');
  expect(again.exitCode).toBe(0);
  expect(again.stderr).toMatch(/^a: trainSeconds <= 1\.2x baseline \(.*\): .*, passes\.$/m);
});

test('trials without a result keep no threshold', async () => {
  const folder = await folderWith({ testAccuracy: '>= 0.01' });
  const { exitCode, stderr } = await run(folder, '--retry-failed', '--check');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('1 of 1 trials have none and did not fail: they are left out.\n');
  expect(stderr).toContain('\n1 of 1 trials have no result to check.\n');
});
