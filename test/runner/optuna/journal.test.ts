import { execFile, spawn } from 'node:child_process';
import { appendFile, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openOptunaJournal } from '../../../src/runner/optuna/journal.js';
import type { PlannedSearch } from '../../../src/runner/plan/planned-search.js';
import type { SearchRecord } from '../../../src/runner/store/search-file.js';
import { temporaryFolder } from '../../temporary-folder.js';

/** Of test/golden/optuna/generate.py, which is the same search. */
const golden = join(process.cwd(), 'test/golden/optuna/journal.jsonl');
const over = {
  'training.batchSize': [16, 64],
  'training.optimizer.learningRate': { logUniform: [0.0001, 0.01] },
  'preprocessing.random-crop.padding': { integer: [0, 8] },
  'training.labelSmoothing': { uniform: [0, 0.3] },
};
const points = [
  [16, 0.001, 4, 0.1],
  [64, 0.0002, 0, 0.25],
  [64, 0.01, 8, 0],
  [16, 0.0003, 2, 0.125],
];
const ids = ['tune-a', 'tune-b', 'tune-c', 'tune-d'];

function plan(changed: object = {}): PlannedSearch {
  const configurations = ids.map((id) => ({ id }));
  return { name: 'tune', search: { over, ...changed }, configurations } as unknown as PlannedSearch;
}

type State = SearchRecord['configurations'][number]['state'];

function recordOf(progress: readonly (readonly [State, ...number[]])[]): SearchRecord {
  return {
    experiment: 'tune',
    seed: 0,
    rungs: [1 / 3, 1],
    counts: [4, 1],
    configurations: progress.map(([state, ...validationAccuracies], index) => ({
      id: ids[index] ?? '',
      changes: Object.keys(over).map((path, at) => ({ path, value: points[index]?.[at] })),
      epochs: [1, 3],
      validationAccuracies,
      state,
    })),
    ranking: null,
  };
}

const begun = recordOf([['begun'], ['begun'], ['begun'], ['begun']]);
const later = recordOf([['done', 0.25, 0.5], ['left', 0.125], ['failed'], ['begun', 0.375]]);

const openJournal = (file: string, search = plan()) =>
  openOptunaJournal({ file, searches: [search], out: '/results' });

async function readLines(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Without what differs from run to run, and with distributions as values. */
function comparable(lines: readonly Record<string, unknown>[]) {
  return lines.map(({ worker_id: _, datetime_start, datetime_complete, ...line }) => ({
    ...line,
    times: [datetime_start, datetime_complete].map((time) => typeof time),
    ...(line.distributions !== undefined && {
      distributions: Object.entries(line.distributions as Record<string, string>).map(
        ([path, text]) => [path, JSON.parse(text)],
      ),
    }),
  }));
}

async function newFile(): Promise<string> {
  return join(await temporaryFolder(), 'tune.log');
}

test('A search is written line for line as Optuna writes it', async () => {
  const file = await newFile();
  const journal = await openJournal(file);
  await journal.write([begun]);
  await journal.write([later]);
  expect(comparable(await readLines(file))).toEqual(comparable(await readLines(golden)));
});

test('It goes on with a journal that Optuna wrote, and writes nothing twice', async () => {
  const file = await newFile();
  await copyFile(golden, file);
  const journal = await openJournal(file);
  await journal.write([begun]);
  await journal.write([later]);
  expect(await readFile(file, 'utf8')).toBe(await readFile(golden, 'utf8'));
  await journal.write([
    recordOf([['done', 0.25, 0.5], ['left', 0.125], ['failed'], ['left', 0.375]]),
  ]);
  const added = (await readLines(file)).slice(12);
  expect(added).toMatchObject([{ op_code: 6, trial_id: 3, state: 2, values: [0.375] }]);
});

test('Several that write at once write each thing once', async () => {
  const file = await newFile();
  const journals = await Promise.all(Array.from({ length: 4 }, () => openJournal(file)));
  await Promise.all(
    journals.flatMap((journal) => [journal.write([begun]), journal.write([later])]),
  );
  expect(await readLines(file)).toHaveLength(12);
});

test('What has failed and is tried once more is another trial', async () => {
  const file = await newFile();
  await copyFile(golden, file);
  const journal = await openJournal(file);
  const again = (state: State) => recordOf([['done'], ['left'], [state, 0.2], ['begun']]);
  await journal.write([begun]);
  expect(await readLines(file)).toHaveLength(12);
  await journal.write([again('begun')]);
  await journal.write([again('left')]);
  expect((await readLines(file)).slice(12)).toMatchObject([
    { op_code: 4, user_attrs: { id: 'tune-c' } },
    { op_code: 7, trial_id: 4, step: 1, intermediate_value: 0.2 },
    { op_code: 6, trial_id: 4, state: 2 },
  ]);
});

test('A study that somebody deletes is begun again, and so is the file', async () => {
  const file = await newFile();
  await copyFile(golden, file);
  const journal = await openJournal(file);
  await appendFile(file, '{"op_code":1,"worker_id":"dashboard","study_id":0}\n');
  await journal.write([later]);
  expect((await readLines(file)).slice(13, 16)).toMatchObject([
    { op_code: 0, study_name: 'tune' },
    { op_code: 4, study_id: 1 },
    { op_code: 7, trial_id: 4 },
  ]);
  await rm(file);
  await journal.write([later]);
  expect(await readLines(file)).toHaveLength(12);
});

test('A line that its writer did not end is cut off', async () => {
  const file = await newFile();
  const whole = await readFile(golden, 'utf8');
  await writeFile(file, whole.slice(0, -40));
  await (await openJournal(file)).write([later]);
  expect(comparable(await readLines(file))).toEqual(comparable(await readLines(golden)));
});

test('Numbers that only Python has in JSON, and studies of others, are no hindrance', async () => {
  const file = await newFile();
  const lines = [
    '{"op_code":0,"worker_id":"a","study_name":"other","directions":[1]}',
    '{"op_code":4,"worker_id":"a","study_id":0,"datetime_start":"2026-01-01T00:00:00"}',
    '{"op_code":7,"worker_id":"a","trial_id":0,"step":1,"intermediate_value":NaN}',
    '{"op_code":6,"worker_id":"a","trial_id":0,"state":1,"values":[-Infinity, 2]}',
    '{"op_code":3,"worker_id":"a","study_id":0,"system_attr":{"note":"of optuna-dashboard"}}',
  ];
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  await (await openJournal(file)).write([begun]);
  const added = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(5);
  expect(added.map((line) => JSON.parse(line))).toMatchObject([
    { op_code: 0, study_name: 'tune' },
    ...ids.map((id) => ({ op_code: 4, study_id: 1, user_attrs: { id } })),
  ]);
});

const study = '{"op_code":0,"worker_id":"a","study_name":"tune","directions":[2]}\n';
const trial = (rest: string) => `{"op_code":4,"worker_id":"a","study_id":0${rest}}\n`;

test.each([
  [
    'notes\n',
    '"FILE" is no journal of Optuna: line 1 must be an operation as JSON, received "notes".',
  ],
  [
    'notes',
    '"FILE" is no journal of Optuna: a line must be an operation as JSON, received "notes".',
  ],
  [
    `${study}{"op_code":6}\n`,
    '"FILE" is no journal of Optuna: line 2 must be an operation as JSON, received "{\\"op_code\\":6}".',
  ],
  [
    study.replace('[2]', '[1]'),
    '"FILE" has a study "tune" of another search: it does not maximize.',
  ],
  [
    study + trial(''),
    '"FILE" has a study "tune" of another search: its trial 0 is no configuration of this run\'s search.',
  ],
  [
    study + trial(',"user_attrs":{"id":"tune-a"},"distributions":{"training.batchSize":"{}"}'),
    '"FILE" has a study "tune" of another search: "training.batchSize" has other values there.',
  ],
])('A file with %j is refused, and stays as it is', async (content, message) => {
  const file = await newFile();
  await writeFile(file, content);
  await expect(openJournal(file)).rejects.toMatchObject({
    message: message.replace('FILE', file),
    hint: 'name another file with --optuna; one that is not there is made.',
    exitCode: 2,
  });
  expect(await readFile(file, 'utf8')).toBe(content);
});

const read = `
import json, sys
import optuna
backend = optuna.storages.journal.JournalFileBackend(sys.argv[1])
study = optuna.load_study(study_name="tune", storage=optuna.storages.JournalStorage(backend))
print(json.dumps({
    "direction": study.direction.name,
    "best": study.best_trial.number,
    "trials": [
        [one.state.name, one.value, one.params, one.intermediate_values, one.user_attrs["id"]]
        for one in study.trials
    ],
}))
`;

const write = `
import sys
import optuna
backend = optuna.storages.journal.JournalFileBackend(sys.argv[1])
study = optuna.create_study(study_name="other", storage=optuna.storages.JournalStorage(backend))
print("begun", flush=True)
for index in range(40):
    study.set_user_attr("index", index)
`;

const python = process.env.PREP_LAB_OPTUNA_PYTHON;
if (!python)
  console.warn('Not read by Optuna: PREP_LAB_OPTUNA_PYTHON names no Python that has it.');

test.skipIf(!python)(
  'Optuna reads what was written while it wrote to the same file',
  async () => {
    const file = await newFile();
    const other = spawn(python ?? '', ['-c', write, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => other.on('exit', resolve));
    await new Promise((resolve) => other.stdout.once('data', resolve));
    const journal = await openJournal(file);
    for (let round = 0; other.exitCode === null; round++) {
      await journal.write([round % 2 === 0 ? begun : later]);
    }
    await journal.write([later]);
    expect(await ended).toBe(0);
    const lines = await readLines(file);
    expect(lines.filter(({ op_code }) => op_code === 2)).toHaveLength(40);
    expect(lines).toHaveLength(1 + 40 + 12);
    const { stdout } = await promisify(execFile)(python ?? '', ['-c', read, file]);
    const parameters = points.map((point) =>
      Object.fromEntries(Object.keys(over).map((path, at) => [path, point[at]])),
    );
    expect(JSON.parse(stdout)).toEqual({
      direction: 'MAXIMIZE',
      best: 0,
      trials: [
        ['COMPLETE', 0.5, parameters[0], { 1: 0.25, 3: 0.5 }, 'tune-a'],
        ['PRUNED', 0.125, parameters[1], { 1: 0.125 }, 'tune-b'],
        ['FAIL', null, parameters[2], {}, 'tune-c'],
        ['RUNNING', null, parameters[3], { 1: 0.375 }, 'tune-d'],
      ],
    });
  },
  60_000,
);
