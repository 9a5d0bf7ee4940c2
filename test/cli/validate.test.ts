import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { loadedModules, runProgram } from './run-program.js';

const shipped = ['minmax', 'photometric', 'combined'].map((name) => `experiments/${name}.json`);

test('each file is told in one line, and warnings go to stderr', async () => {
  const { exitCode, stdout, stderr } = await runProgram(['validate', ...shipped]);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n')).toEqual([
    'experiments/minmax.json       minmax: minmax; baseline; 10 epochs',
    'experiments/photometric.json  photometric: minmax, random-brightness 0.2, random-contrast 0.2; baseline; 10 epochs',
    'experiments/combined.json     combined: zscore per global epsilon 1e-7, random-flip mode horizontal, random-rotation 0.1, random-translation 0.1 0.1; deep; 50 epochs',
    '',
  ]);
  expect(stderr.split('\n')).toEqual([
    'Warning: experiments/photometric.json: preprocessing[1]: "random-brightness" is made for values from 0 to 255, received values from 0 to 1.',
    'Hint: write {"name":"random-brightness","factor":0.2,"valueRange":[0,1]}.',
    'Warning: experiments/photometric.json: preprocessing[2]: "random-contrast" is made for values from 0 to 255, received values from 0 to 1.',
    'Hint: write {"name":"random-contrast","factor":0.2,"valueRange":[0,1]}.',
    '',
  ]);
});

test('--json tells the files with their warnings, and --strict makes these fail with code 3', async () => {
  const { exitCode, stdout } = await runProgram(['validate', ...shipped, '--json', '--strict']);
  expect(exitCode).toBe(3);
  const { files } = JSON.parse(stdout);
  expect(files[0]).toMatchObject({
    file: 'experiments/minmax.json',
    experiment: { name: 'minmax', training: { epochs: 10 } },
    preprocessing: 'minmax',
    model: 'baseline',
    combinations: 1,
    warnings: [],
  });
  expect(files[1].warnings).toHaveLength(2);
  expect(files[1].warnings[0].hint).toContain('"valueRange":[0,1]');
  expect((await runProgram(['validate', 'experiments/minmax.json', '--strict'])).exitCode).toBe(0);
});

test('the edit that a warning names mends the file', async () => {
  const folder = await temporaryFolder();
  const mended = {
    preprocessing: [
      { name: 'minmax' },
      { name: 'random-brightness', factor: 0.2, valueRange: [0, 1] },
      { name: 'random-contrast', factor: 0.2, valueRange: [0, 1] },
    ],
    model: { name: 'baseline' },
  };
  await writeFile(join(folder, 'a.json'), JSON.stringify(mended));
  expect(await runProgram(['validate', 'a.json'], { folder })).toMatchObject({
    exitCode: 0,
    stderr: '',
  });
});

test('problems end with exit code 2 and nothing on stdout', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, 'flip.json'),
    '{"preprocessing": [{"name": "minmax"}, {"name": "random-flip", "probability": 5}], "model": {"name": "baseline"}}',
  );
  expect(await runProgram(['validate', 'flip.json', 'none.json'], { folder })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: [
      'flip.json: preprocessing[1].probability must be at most 1, received 5.',
      'Hint: give a number between 0 and 1, for example 0.5.',
      'none.json: there is no such file.',
      'Hint: check the path.',
      '',
    ].join('\n'),
  });
});

const short = `# All in short.
preprocessing: [minmax, { name: random-brightness, factor: 0.2 }]
model: deep
training: { validation: { split: 0.1 } }
seeds: 2
`;

test('YAML and what is written in short go through every command', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.yaml'), short);
  const validated = await runProgram(['validate', 'a.yaml'], { folder });
  expect(validated).toMatchObject({
    exitCode: 0,
    stdout: 'a.yaml  a: minmax, random-brightness 0.2; deep; 10 epochs; 2 seeds\n',
  });
  const explained = await runProgram(['explain', 'a.yaml', '--no-measure'], { folder });
  expect(explained.stdout).toMatch(/random-brightness/);
  const set = ['--set', 'preprocessing.random-brightness.factor=0.1,0.2'];
  const planned = await runProgram(['run', 'a.yaml', ...set, '--dry-run'], { folder });
  expect(planned.stdout).toMatch(/^4 trials: 4 new\.$/m);
});

test('a name of another library is answered with what comes near it', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.yaml'), 'preprocessing: [hflip]\nmodel: deep\n');
  expect(await runProgram(['validate', 'a.yaml'], { folder })).toMatchObject({
    exitCode: 2,
    stderr: [
      'a.yaml: preprocessing[0].name "hflip" is not known.',
      'Hint: the nearest in meaning is "random-flip": write for example {"name":"random-flip","mode":"horizontal"}.',
      '',
    ].join('\n'),
  });
});

test('validating loads no TensorFlow, and no YAML without a YAML file', async () => {
  const modules = await loadedModules(['validate', ...shipped]);
  expect(modules.some((url) => url.includes('/node_modules/zod/'))).toBe(true);
  expect(modules.filter((url) => /@tensorflow|node_modules\/yaml/.test(url))).toEqual([]);
});

test('control characters in the names of files reach no terminal', async () => {
  const folder = await temporaryFolder();
  const name = 'a\u001b\u0007\nb.json';
  const shown = 'a\\u001b\\u0007\\nb.json';
  const missing = await runProgram(['validate', name], { folder });
  expect(missing.stderr).toBe(`${shown}: there is no such file.\nHint: check the path.\n`);
  const experiment = { name: 'a', preprocessing: [{ name: 'random-brightness', factor: 0.2 }] };
  await writeFile(join(folder, name), JSON.stringify({ ...experiment, model: { name: 'deep' } }));
  const valid = await runProgram(['validate', name], { folder });
  expect(valid.stdout).toMatch(/^a\\u001b\\u0007\\nb\.json {2}a: /);
  const results = await runProgram(['table', name], { folder });
  expect(results.stderr).toBe(
    `${shown}: these are no results of prep-lab.\nHint: name a results folder or its results.json.\n`,
  );
});
