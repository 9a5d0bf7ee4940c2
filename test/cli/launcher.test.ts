import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readSearches } from '../../src/runner/store/search-file.js';
import { startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { programFile } from './run-program.js';

// A trial takes a second, but ten where others use the machine too.
vi.setConfig({ testTimeout: 600_000 });

/** Stands in for ssh: greets as a login shell may, notes the machine, and is refused by "down". */
const ssh = `#!/bin/sh
echo "Welcome to $5"
if [ "$5" = down ]; then
  echo "ssh: connect to host down port 22: Connection refused" >&2
  exit 255
fi
echo "$5" >>machines.log
exec sh -c "$6"
`;

/** The program as it is installed on a machine, which keeps its checkpoints out of the user's cache. */
const prepLab = `#!/bin/sh
exec "${process.execPath}" "${programFile}" "$@" --checkpoints kept
`;

async function writeProgram(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

const small = {
  name: 'small',
  dataset: { trainLimit: 200, testLimit: 50 },
  preprocessing: ['minmax', 'random-flip'],
  model: {
    name: 'layers',
    layers: [
      { type: 'average-pooling2d', poolSize: 8 },
      { type: 'flatten' },
      { type: 'dense', units: 10 },
    ],
  },
  training: { epochs: 2, validation: { split: 100 } },
};
const over = { 'training.optimizer.learningRate': [0.0003, 0.003] };
const search = { over, rungs: [0.5, 1], keep: 0.5, confirm: { seeds: 2 } };

async function openFolder(experiment: object, plugins: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'small.json'), JSON.stringify(experiment));
  await copyFile('docs/example-launcher.mjs', join(folder, 'example.mjs'));
  for (const name of ['bin', 'node_modules/.bin'])
    await mkdir(join(folder, name), { recursive: true });
  await writeProgram(join(folder, 'node_modules/.bin/prep-lab'), prepLab);
  await writeProgram(join(folder, 'bin/ssh'), ssh);
  for (const [name, text] of Object.entries(plugins)) await writeFile(join(folder, name), text);
  return folder;
}

function start(folder: string, options: readonly string[]) {
  const parameters = ['run', 'small.json', '--device', 'cpu', '--threads', '1', ...options];
  const PATH = `${join(folder, 'bin')}:${process.env.PATH}`;
  return startRun({ folder, parameters, environment: { PATH } });
}

const overSsh = ['--plugin', 'example.mjs', '--launcher', 'ssh'];

test('The example of the docs trains a search on two machines, and finds what one process finds', async () => {
  const folder = await openFolder({ ...small, search });
  const run = await start(folder, [...overSsh, '--launcher-option', 'hosts=one,two']).ended;
  expect(run).toMatchObject({ end: 0 });
  expect(run.stderr).toMatch(/^small training\.optimizer\.learningRate=0\.003: epoch 1\/2, /m);
  const machines = await readFile(join(folder, 'machines.log'), 'utf8');
  expect(new Set(machines.trim().split('\n'))).toEqual(new Set(['one', 'two']));
  expect(await start(folder, ['--out', 'alone']).ended).toMatchObject({ end: 0 });
  // Two machines may have trained a guess more: who won, and by what scores, follows from neither.
  const [together, alone] = await Promise.all(['results', 'alone'].map(winnerIn));
  expect(alone).toMatchObject({
    state: 'done',
    validationAccuracies: [expect.any(Number), expect.any(Number)],
  });
  expect(together).toEqual(alone);

  async function winnerIn(out: string): Promise<object | undefined> {
    const [search] = await readSearches(join(folder, out));
    return search?.configurations.find(({ id }) => id === search.ranking?.[0]);
  }
});

test('Ctrl-C lets a trial elsewhere write a checkpoint, from which the same command goes on', async () => {
  const folder = await openFolder({ ...small, training: { ...small.training, epochs: 300 } });
  const options = [...overSsh, '--launcher-option', 'hosts=one'];
  const running = start(folder, options);
  await running.printed('epoch 3/300');
  running.signal('SIGINT');
  expect((await running.ended).end).toBe(130);
  const again = start(folder, options);
  await again.printed('small: continues from its checkpoint');
  again.signal('SIGINT');
  expect((await again.ended).end).toBe(130);
});

test('A machine that cannot be reached ends the run and fails no trial', async () => {
  const folder = await openFolder(small);
  const run = await start(folder, [...overSsh, '--launcher-option', 'hosts=down']).ended;
  expect(run.end).toBe(6);
  expect(run.stderr).toMatch(
    /^--launcher ssh: the command "ssh -o .* down cd \. && exec npx prep-lab worker --stdin --device cpu" ended with exit code 255: ssh: connect to host down port 22: Connection refused\nHint: run it by hand; the same run goes on when it is in order\.$/m,
  );
});

test('A worker without a trial says where one comes from', async () => {
  const folder = await temporaryFolder();
  const parameters = ['worker', '--stdin', '--device', 'cpu'];
  expect(await startRun({ folder, parameters }).ended).toMatchObject({
    end: 2,
    stdout: '',
    stderr:
      'There is no trial on standard input.\nHint: the launcher of a plug-in starts this worker, and writes one (docs/plugins.md).\n',
  });
});

const bad = (create: string) =>
  `import { defineLauncher, z } from 'prep-lab';
export const bad = defineLauncher({
  options: z.strictObject({ name: z.literal('bad') }),
  create: ${create},
});
`;

test.each([
  [
    ['--launcher', 'sh'],
    '',
    '--launcher must be one of "local", "slurm", "bullmq", "ssh", received "sh".\nHint: one of your own comes with --plugin FILE (docs/plugins.md).\n',
  ],
  [
    ['--launcher', 'ssh'],
    '',
    '--launcher ssh: hosts is missing.\nHint: give --launcher-option key=value; its keys are "hosts", "folder".\n',
  ],
  [
    ['--launcher', 'ssh', '--launcher-option', 'hosts'],
    '',
    '--launcher-option "hosts": expected key=value.\nHint: give one for each option, such as --launcher-option hosts=a,b.\n',
  ],
  [
    ['--launcher-option', 'hosts=a'],
    '',
    '--launcher-option is only read by the launcher of a plug-in.\nHint: name it with --launcher NAME.\n',
  ],
  [
    ['--plugin', 'bad.mjs', '--launcher', 'bad'],
    bad('() => ({ places: 0 })'),
    'bad.mjs: launcher "bad" must have "places": a whole number from 1 to 1000, received 0.\nHint: docs/plugins.md lists what "create" must return.\n',
  ],
  [
    ['--plugin', 'bad.mjs', '--launcher', 'bad'],
    bad('() => ({ places: 1, command: () => "ssh" })'),
    'bad.mjs: launcher "bad" must return from "command" a program and its arguments as texts, received ssh.\nHint: docs/plugins.md lists what "create" must return.\n',
  ],
  [
    ['--plugin', 'bad.mjs', '--launcher', 'bad'],
    bad('() => ({ places: 1, command: () => ["no-such-program"] })'),
    '--launcher bad: the command "no-such-program" cannot be started: spawn no-such-program ENOENT\nHint: run it by hand; the same run goes on when it is in order.\n',
  ],
  [
    ['--plugin', 'bad.mjs'],
    bad('() => ({})').replaceAll("'bad'", "'slurm'"),
    'bad.mjs: there is a launcher "slurm" already.\nHint: give yours another name.\n',
  ],
])('What is wrong with a launcher is told: %j %#', async (options, plugin, message) => {
  const folder = await openFolder(small, { 'bad.mjs': plugin });
  const { stderr } = await start(folder, ['--plugin', 'example.mjs', ...options]).ended;
  expect(stderr.slice(-message.length)).toBe(message);
});
