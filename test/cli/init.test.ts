import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { listStarterFiles } from '../../src/cli/starter.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

const readJson = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

test('a new folder gets two experiments, and all that runs them', async () => {
  const folder = await temporaryFolder();
  expect(await runProgram(['init', 'my Mine'], { folder })).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: `Written:
  experiments/control.json  what is compared with
  experiments/change.json   the same with one change
  package.json              "npm run experiments" trains both
  .gitignore                trials and checkpoints stay out of git
  README.md                 what to do with them
Next:
  cd 'my Mine'
  npm install
  npx prep-lab explain experiments/change.json
  npm run experiments
`,
  });
  const { name, scripts } = await readJson(join(folder, 'my Mine', 'package.json'));
  expect([name, scripts]).toEqual(['my-mine', { experiments: 'prep-lab run experiments/*.json' }]);
});

test('what it writes validates without a warning, and names a schema that is there', async () => {
  const folder = await temporaryFolder();
  await runProgram(['init'], { folder });
  const files = ['experiments/control.json', 'experiments/change.json'];
  const { exitCode, stderr } = await runProgram(['validate', ...files], { folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve('.'), join(folder, 'node_modules', 'prep-lab'));
  const [control, change] = await Promise.all(files.map((file) => readJson(join(folder, file))));
  expect(existsSync(join(folder, 'experiments', control.$schema))).toBe(true);
  const { name, description, role, preprocessing, ...same } = control;
  expect({ ...same, name: 'change', description: change.description }).toEqual({
    ...change,
    preprocessing: undefined,
  });
  expect(role).toBe('control');
});

test('the package.json names the prep-lab that runs, here this checkout', async () => {
  const folder = await temporaryFolder();
  await runProgram(['init'], { folder });
  const { devDependencies } = await readJson(join(folder, 'package.json'));
  const [, path = ''] = /^file:(.*)$/.exec(devDependencies['prep-lab']) ?? [];
  expect(resolve(folder, path)).toBe(resolve('.'));
});

test('what is there is left as it is, and it says what to do by hand', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'package.json'), '{}');
  await writeFile(join(folder, 'README.md'), 'mine');
  const { stdout } = await runProgram(['init', '.'], { folder });
  expect(stdout).toMatch(
    /\nLeft as it is:\n {2}package\.json +add "experiments": "prep-lab run experiments\/\*\.json" to its "scripts", and run "npm install --save-dev .+"\n {2}README\.md +nothing to do\nNext:\n/,
  );
  expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe('{}');
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('mine');
  const again = await runProgram(['init'], { folder });
  expect(again.exitCode).toBe(0);
  expect(again.stdout).not.toContain('Written:');
});

test.each(['github', 'gitlab'] as const)('--ci %s adds what the docs say to copy', async (ci) => {
  const folder = await temporaryFolder();
  await runProgram(['init', '--ci', ci], { folder });
  const files = listStarterFiles(folder, ci);
  const source = ci === 'github' ? 'github-actions.yml' : 'gitlab-ci.yml';
  const text = await readFile(`docs/ci/${source}`, 'utf8');
  expect(await readFile(join(folder, files.at(-1)?.path ?? ''), 'utf8')).toBe(text);
  expect(
    files.map(({ path }) => dirname(path)).every((path) => existsSync(join(folder, path))),
  ).toBe(true);
});

test('a file in the way of a folder is told as that', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'experiments'), '');
  const { exitCode, stderr } = await runProgram(['init'], { folder });
  expect(exitCode).toBe(5);
  expect(stderr).toMatch(/^"experiments" cannot be written: a part of the path is not a folder/);
});

test('on images of your own it says what it found, and what it writes can be trained', async () => {
  const folder = await temporaryFolder();
  for (const [name, side] of [
    ['cat', 120],
    ['dog', 100],
  ] as const) {
    await mkdir(join(folder, 'photos', name), { recursive: true });
    for (let index = 0; index < 10; index++) {
      const data = new Uint8Array(side * 110 * 3).fill(index + side);
      const png = encode({ width: side, height: 110, channels: 3, depth: 8, data });
      await writeFile(join(folder, 'photos', name, `${index}.png`), png);
    }
  }
  const environment = { PREP_LAB_CACHE: join(folder, 'cache') };
  const { exitCode, stdout } = await runProgram(['init', 'mine', '--images', 'photos'], {
    folder,
    environment,
  });
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    '20 images of 2 classes: cat and dog.',
    '16 for training, 4 for the test.',
    'Sizes: 110 x 120 and 110 x 100 pixels; "resize" and "centerCrop" bring them to 64 x 64.',
  ]);
  const file = join(folder, 'mine', 'experiments', 'change.json');
  const { dataset, training } = await readJson(file);
  expect(dataset).toEqual({ format: 'folder', path: '../../photos', resize: 64, centerCrop: 64 });
  expect(training.batchSize).toBe(2);
  const validated = await runProgram(['validate', file], { folder, environment });
  expect(validated).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/change: zscore/) });
});

test('a folder without images ends with code 8', async () => {
  const folder = await temporaryFolder();
  expect(await runProgram(['init', '--images', 'nothing'], { folder })).toMatchObject({
    exitCode: 8,
    stderr: expect.stringMatching(/^dataset\.path "nothing": there is nothing of that name\.\n/),
  });
});
