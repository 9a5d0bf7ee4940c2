import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseExperiment } from '../../src/experiment/parse-experiment.js';
import {
  readExperiment,
  readExperimentFiles,
  readExperiments,
} from '../../src/experiment/read-experiment.js';
import { UserError } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';

const smallest = '{"model": {"name": "baseline"}}';

/** Writes files into a fresh folder and returns what reading them all gives, with the folder's name taken out. */
async function failureOf(files: Record<string, string | Uint8Array>, given = Object.keys(files)) {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const error = await readExperiments(given.map((name) => join(folder, name))).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw new Error('Reading did not fail as it should.');
  expect(error.exitCode).toBe(2);
  const text = error.hint ? `${error.message}\nHint: ${error.hint}` : error.message;
  return text.replaceAll(`${folder}/`, '').split('\n');
}

test('an experiment is read with the file that it comes from', async () => {
  const file = join(await temporaryFolder(), 'lr-0.01.json');
  await writeFile(file, smallest);
  expect(await readExperiment(file)).toMatchObject({ name: 'lr-0.01', file });
});

test('a byte order mark is passed over', async () => {
  const file = join(await temporaryFolder(), 'a.json');
  await writeFile(file, `\ufeff${smallest}`);
  expect(await readExperiment(file)).toMatchObject({ name: 'a' });
});

test('all problems of all files are told, each with its file', async () => {
  const lines = await failureOf({
    'a.json': '{"model": {"name": "baseline"}, "seeds": [1, 1], "color": 1}',
    'b.json': smallest,
    'c.json': '{\n  "model": {"name": "baseline"},\n}',
  });
  expect(lines).toEqual([
    'a.json: seeds must all be different, received [1, 1].',
    'Hint: write for example [0,1,2].',
    'a.json: color is not a known key.',
    expect.stringMatching(/^Hint: the known keys are "\$schema", .* or "seeds"\.$/),
    'c.json: line 3, column 1: expected a key in double quotation marks, received "}".',
    'Hint: remove the comma before it.',
  ]);
});

test.each([
  ['a.jsonc', '{\n  // The smallest.\n  "model": { "name": "baseline" },\n}'],
  ['a.yaml', '# The smallest.\nmodel:\n  name: baseline\n'],
  ['a.YML', 'model: baseline'],
  ['a.json', '{"model": "baseline"}'],
  ['a', smallest],
])('%s is read by its ending and named without it', async (name, text) => {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, text);
  const { file: _, ...experiment } = await readExperiment(file);
  expect(experiment).toEqual(parseExperiment({ name: 'a', model: 'baseline' }));
});

test('faults of each kind of text are told by line and column', async () => {
  expect(
    await failureOf({
      'a.json': '{\n  // x\n}',
      'b.jsonc': '{\n  "model": "deep" // x\n  "seeds": 2\n}',
      'c.yaml': 'model: deep\nseeds: 2\n  training: {}\n',
      'd.yml': 'model: deep\ntraining: { epochs: many }\n',
    }),
  ).toEqual([
    'a.json: line 2, column 3: expected "}" or a key in double quotation marks, received "// x".',
    'Hint: JSON has no comments: remove it; only a .jsonc file may have some.',
    'b.jsonc: line 3, column 3: expected a comma or "}", received "\\"seeds\\"".',
    'c.yaml: line 2, column 8: nested mappings are not allowed in compact mappings.',
    'd.yml: training.epochs must be a number, received "many".',
    'Hint: give a number above 0 and up to 100000, for example 10.',
  ]);
});

test('names that two experiments share are told with both files', async () => {
  expect(
    await failureOf({ 'a.json': smallest, 'b.json': '{"name": "a", "model": {"name": "deep"}}' }),
  ).toEqual([
    'b.json: name "a" is taken by a.json.',
    'Hint: give one of them another name, for example "name": "a-2".',
  ]);
});

test('a file given twice is told', async () => {
  expect(await failureOf({ 'a.json': smallest }, ['a.json', 'a.json'])).toEqual([
    'a.json: the file is given twice.',
  ]);
});

test('a missing file, an unmatched pattern and an empty file are told apart', async () => {
  expect(
    await failureOf({ 'empty.json': ' \n' }, ['none.json', 'none/*.json', 'empty.json']),
  ).toEqual([
    'none.json: there is no such file.',
    'Hint: check the path.',
    'none/*.json: no file matches this pattern.',
    'Hint: the shell passes a pattern on as it is when nothing matches: check the folder.',
    'empty.json: the file is empty.',
    'Hint: docs/experiment-files.md shows the smallest experiment.',
  ]);
});

test('a folder is told by what to give instead', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'x.json'));
  await expect(readExperiment(join(folder, 'x.json'))).rejects.toMatchObject({
    message: `${folder}/x.json: is a folder.`,
    hint: `name its files: ${folder}/x.json/*.json`,
  });
});

test('text in another encoding and files without an end are refused', async () => {
  expect(await failureOf({ 'a.json': Uint8Array.of(0xff, 0xfe, 0x7b, 0) })).toEqual([
    'a.json: the file is not UTF-8 text.',
    'Hint: save it as UTF-8.',
  ]);
  await expect(readExperiment('/dev/zero')).rejects.toThrow(
    /^\/dev\/zero: the file must not be larger than 1 MiB\.$/,
  );
});

test('twenty problems of a file are enough', async () => {
  const keys = Array.from({ length: 500 }, (_, index) => `"k${index}": 1`);
  const lines = await failureOf({ 'a.json': `{${keys.join(', ')}, "model": {"name": "deep"}}` });
  expect(lines).toHaveLength(22);
  expect(lines.at(-1)).toBe('a.json: 480 more problems.');
});

test('what is wrong in a combination of a sweep is told with the file and the combination', async () => {
  const sweep = '{"set": {"training.batchSize": [32, 0], "training.epochs": [1, 2]}}';
  expect(
    await failureOf({
      'a.json': `{"model": {"name": "baseline"}, "sweep": ${sweep}}`,
      'b.json': '{"model": {"name": "baseline"}, "color": 1, "sweep": {"set": {"x": [1]}}}',
    }),
  ).toEqual([
    'a.json: with training.batchSize=0, training.epochs=1 (and 1 more): training.batchSize must be at least 1, received 0.',
    'Hint: give a whole number between 1 and 50000, for example 64.',
    'b.json: color is not a known key.',
    expect.stringMatching(/^Hint: the known keys are/),
  ]);
});

test('a file has an arm for each combination, or one of its own', async () => {
  const folder = await temporaryFolder();
  const [plain, swept] = [join(folder, 'a.json'), join(folder, 'b.json')];
  await writeFile(plain, smallest);
  await writeFile(
    swept,
    `${smallest.slice(0, -1)}, "sweep": {"set": {"training.epochs": [1, 2]}}}`,
  );
  const read = await readExperimentFiles([plain, swept]);
  const variants = read.flatMap((file) => file.variants);
  expect(variants.map(({ changes }) => changes)).toEqual([
    [],
    [{ path: 'training.epochs', value: 1 }],
    [{ path: 'training.epochs', value: 2 }],
  ]);
  expect(variants.map(({ experiment }) => experiment.file)).toEqual([plain, swept, swept]);
  expect(read.map(({ experiment }) => experiment.training.epochs)).toEqual([10, 10]);
});

test('only one experiment of a run is the control', async () => {
  const control = '{"model": {"name": "baseline"}, "role": "control"}';
  expect(await failureOf({ 'a.json': control, 'b.json': smallest, 'c.json': control })).toEqual([
    'c.json: role "control" is taken by a.json.',
    'Hint: take "role" out of one of them; --control NAME chooses another for one run.',
  ]);
});
