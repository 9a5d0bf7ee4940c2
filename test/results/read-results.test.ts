import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readResults } from '../../src/results/read-results.js';
import type { Results } from '../../src/results/result.js';
import { exitCodes, UserError } from '../../src/user-error.js';
import { temporaryFolder } from '../temporary-folder.js';
import { storedTrial } from './stored-trial.js';

async function writeResults(content: unknown): Promise<string> {
  const file = join(await temporaryFolder(), 'results.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function resultsOf(...trials: readonly unknown[]) {
  return { format: 'prep-lab results', version: 2, trials };
}

async function refusal(path: string): Promise<UserError> {
  const thrown = await readResults(path).catch((error: unknown) => error);
  if (!(thrown instanceof UserError)) throw new Error(`Read: ${path}`);
  return thrown;
}

test('reads what was written, from the file or its folder', async () => {
  const failed = { ...storedTrial('failed'), reason: 'It broke.' };
  const results = resultsOf(storedTrial('done'), failed);
  const file = await writeResults(results);
  expect(await readResults(file)).toEqual(results);
  expect(await readResults(join(file, '..'))).toEqual(results);
});

test('reads a gzipped file where there is no other, and says where it is cut off or a bomb', async () => {
  const results = resultsOf(storedTrial('done'));
  const folder = await temporaryFolder();
  const file = join(folder, 'results.json.gz');
  const zipped = gzipSync(JSON.stringify(results));
  await writeFile(file, zipped);
  expect(await readResults(folder)).toEqual(results);
  expect(await readResults(file)).toEqual(results);
  for (const damaged of [zipped.subarray(0, -9), Buffer.concat([zipped.subarray(0, 30), zipped])]) {
    await writeFile(file, damaged);
    expect((await refusal(folder)).message).toBe(`${file}: it is no complete gzip file.`);
  }
  await writeFile(file, gzipSync(Buffer.alloc(500_000_001), { level: 1 }));
  expect((await refusal(folder)).message).toBe(`${file}: it must not be larger than 500 MB.`);
});

test('passes over keys of later versions', async () => {
  const trial = storedTrial('done');
  const later = { ...trial, later: 1, environment: { ...trial.environment, later: 1 } };
  expect((await readResults(await writeResults(resultsOf(later)))).trials).toEqual([trial]);
});

test('brings results of version 1 into the present form', async () => {
  const file = 'test/golden/results/version-1.json';
  const written = JSON.parse(await readFile(file, 'utf8'));
  if (written.version !== 1) throw new Error(`${file} is not of version 1.`);
  const { version, trials }: Results = await readResults(file);
  expect(version).toBe(2);
  expect(trials).toHaveLength(written.trials.length);
  for (const [index, trial] of trials.entries()) {
    expect(trial.environment).toEqual(written.environment);
    expect(trial.id).toBe(`${trial.experiment.name}-seed${trial.seed}-${trial.key.slice(0, 8)}`);
    expect(trial.history).toEqual(written.trials[index].history);
    expect(trial).toMatchObject({ changes: [], provenance: { commandLine: [] }, resumeCount: 0 });
  }
});

test('refuses what a newer prep-lab made', async () => {
  const file = await writeResults({ format: 'prep-lab results', version: 3 });
  expect(await refusal(file)).toMatchObject({
    message: `${file}: it was made by a newer prep-lab (version 3 of the format; this one reads up to 2).`,
    hint: 'update prep-lab.',
    exitCode: exitCodes.usage,
  });
});

test('names path, expectation and what was received, for all problems', async () => {
  const trial = storedTrial('done');
  const file = await writeResults(
    resultsOf(
      { ...trial, test: { ...trial.test, accuracy: 'high' }, seed: null },
      { ...trial, status: 'odd' },
      { ...trial, test: { ...trial.test, right: 'AAAA' } },
      { ...trial, history: undefined },
      5,
    ),
  );
  const { message } = await refusal(file);
  expect(message.split('\n')).toEqual([
    `${file}: trials[0].seed must be a number, received null.`,
    `${file}: trials[0].test.accuracy must be a number, received "high".`,
    `${file}: trials[1].status "odd" is not known.`,
    `${file}: trials[2].test.right must have a bit for each test image, received "AAAA".`,
    `${file}: trials[3].history is missing.`,
    `${file}: trials[4] must be an object, received 5.`,
  ]);
});

test.each([
  ['', 'the file is empty.'],
  ['{"format": "prep-lab res', 'it is no complete JSON: the file ends too early.'],
  ['{\n"a": x}', 'it is no JSON: line 2: expected a value, received "x".'],
  ['[]', 'these are no results of prep-lab.'],
  ['{"format": "other"}', 'these are no results of prep-lab.'],
  ['7', 'it must be an object, received 7.'],
  [{ format: 'prep-lab results' }, 'version must be 1 or 2, received nothing.'],
  [{ format: 'prep-lab results', version: 2 }, 'trials is missing.'],
  [
    { format: 'prep-lab results', version: 1 },
    'trials must be an array of objects, received nothing.',
  ],
  [
    { format: 'prep-lab results', version: 1, trials: [{ experiment: {}, seed: 0 }] },
    expect.stringContaining('trials[0].status is missing.'),
  ],
])('refuses %j', async (content, problem) => {
  const file = await writeResults(content);
  const { message } = await refusal(file);
  expect(message.startsWith(`${file}: `)).toBe(true);
  expect(message.slice(file.length + 2)).toEqual(problem);
});

test('tells missing files, missing results and folders apart', async () => {
  const folder = await temporaryFolder();
  expect((await refusal(join(folder, 'no'))).message).toBe(
    `${join(folder, 'no')}: there is no such file.`,
  );
  expect((await refusal(folder)).message).toBe(`${folder}: the folder has no results.json.`);
  await mkdir(join(folder, 'results.json'));
  expect((await refusal(folder)).message).toBe(`${join(folder, 'results.json')}: it is a folder.`);
  expect((await refusal('/dev/null')).message).toBe('/dev/null: it is not a file.');
});

test('cut off anywhere, results are refused', async () => {
  const text = JSON.stringify(resultsOf(storedTrial('done')), null, 2);
  for (let size = 0; size < text.length; size += 13) {
    const { message } = await refusal(await writeResults(text.slice(0, size)));
    expect(message).toMatch(/: (the file is empty|it is no complete JSON: .*)\.$/);
  }
});

test('100 MB of garbage is one error, soon', async () => {
  const file = await writeResults('garbage\n'.repeat(12_500_000));
  const started = performance.now();
  expect((await refusal(file)).message).toBe(
    `${file}: it is no JSON: line 1: expected a value, received "garbage".`,
  );
  expect(performance.now() - started).toBeLessThan(5000);
});

test('fails with the exit code that the caller wants', async () => {
  const reading = readResults('none', { exitCode: exitCodes.comparisonFailed });
  await expect(reading).rejects.toMatchObject({ exitCode: exitCodes.comparisonFailed });
});

test('reads 10,000 trials soon', async () => {
  const file = await writeResults(resultsOf(...Array(10_000).fill(storedTrial('done'))));
  const started = performance.now();
  expect((await readResults(file)).trials).toHaveLength(10_000);
  // Measured: 0.6 s; the rest is for busy machines.
  expect(performance.now() - started).toBeLessThan(5000);
});
