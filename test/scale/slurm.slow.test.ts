import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Run, run, startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasSlurm, type SlurmCluster, startSlurmCluster } from './slurm-cluster.js';
import { readTable, takeTraining, writeStudy } from './study.js';

if (!hasSlurm)
  process.stderr.write('Slurm is not here (test/scale/set-up.sh): its tests are skipped.\n');

// A dead task's lease is waited for.
const quickLeases = { PREP_LAB_LEASE_SECONDS: '4' };

interface Place {
  readonly folder: string;
  readonly cluster: SlurmCluster;
}

async function openPlace(
  nodes: readonly string[],
  configuration: readonly string[] = [],
): Promise<Place> {
  const folder = await temporaryFolder();
  return { folder, cluster: await startSlurmCluster({ folder, nodes, configuration }) };
}

const onSlurm = ['--launcher', 'slurm', '--slurm', 'poll=1'];

function start({ folder, cluster }: Place, parameters: readonly string[]): Run {
  const environment = { ...cluster.environment, ...quickLeases };
  return startRun({ folder, parameters: [...parameters, ...onSlurm], environment });
}

const readResults = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'results', 'results.json'), 'utf8')).trials;

/** Returns the log of the first task; nothing before it begins. */
function readTaskLog({ folder }: Place): string {
  const log = join(folder, 'results', 'slurm', '1', 'logs', '1_0.log');
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

async function waitForTask({ cluster }: Place, pattern: RegExp): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const queue = await cluster.ask(
      'squeue',
      '--noheader',
      '--array',
      '--states=all',
      '--format=%F_%K %T %N',
    );
    const line = queue.split('\n').find((one) => pattern.test(one));
    if (line !== undefined) return line.split(' ')[0] as string;
    await sleep(200);
  }
  throw new Error(`No task is ${pattern}.\n${cluster.readLogs()}`);
}

describe.skipIf(!hasSlurm)('With Slurm', () => {
  test('the table is that of one process, apart from times', async () => {
    const place = await openPlace(['node1', 'node2']);
    const study = writeStudy(place.folder, { trials: 6 });
    const chunked = await start(place, [...study, '--slurm', 'chunk=3']).ended;
    expect(chunked).toMatchObject({ end: 0 });
    expect(chunked.stderr).toContain('Submitted 6 trials to Slurm: 2 tasks of job 1.');
    await run({ folder: place.folder, parameters: [...study, '--out', 'alone'] });
    expect(await readTable(join(place.folder, 'results'))).toBe(
      await readTable(join(place.folder, 'alone')),
    );
  });

  test('a detached run is found again by the same command', async () => {
    const place = await openPlace(['node1']);
    const study = writeStudy(place.folder, { trials: 3, seconds: 4 });
    const left = await start(place, [...study, '--detach']).ended;
    expect(left).toMatchObject({ end: 0, stdout: '' });
    const followed = await start(place, study).ended;
    expect(followed.end).toBe(0);
    expect(followed.stderr).not.toContain('Submitted');
    const tasks = await place.cluster.ask('squeue', '--noheader', '--array', '--states=all');
    expect(tasks.trim().split('\n')).toHaveLength(3);
  });

  test('a task that was cancelled is a failed row, and is trained when failed ones are retried', async () => {
    const place = await openPlace(['node1']);
    const study = writeStudy(place.folder, { trials: 2, seconds: 15 });
    const running = start(place, study);
    const name = await waitForTask(place, / RUNNING /);
    await place.cluster.ask('scancel', name);
    const { end } = await running.ended;
    expect(end).toBe(1);
    const failed = readResults(place.folder).find(
      ({ status }: { status: string }) => status === 'failed',
    );
    expect(failed.reason).toBe(`Its Slurm task ${name} on node1 was cancelled.`);
    expect(failed.hint).toContain(`/results/slurm/1/logs/${name}.log".`);
    expect((await start(place, [...study, '--retry-failed']).ended).end).toBe(0);
    expect(readResults(place.folder).map(({ status }: { status: string }) => status)).toEqual([
      'done',
      'done',
    ]);
  });

  test('a node that fails gives its tasks back to the queue', async () => {
    const place = await openPlace(['node1', 'node2']);
    const study = writeStudy(place.folder, { trials: 3, seconds: 8 });
    const running = start(place, study);
    await waitForTask(place, / RUNNING node1/);
    place.cluster.killNode('node1');
    await place.cluster.startNode('node1');
    const { end, stderr } = await running.ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    expect(readResults(place.folder)).toHaveLength(3);
  });

  test('a node that fails is told in the row where tasks may not go back', async () => {
    const place = await openPlace(['node1', 'node2']);
    const study = writeStudy(place.folder, { trials: 2, seconds: 20 });
    const running = start(place, [...study, '--slurm', 'restarts=0', '--slurm', 'exclusive']);
    const name = await waitForTask(place, / RUNNING node1/);
    place.cluster.killNode('node1');
    expect((await running.ended).end).toBe(1);
    const reasons = readResults(place.folder).flatMap(
      ({ reason }: { reason?: string }) => reason ?? [],
    );
    expect(reasons).toEqual([`Its Slurm task ${name} on node1 ended because its node failed.`]);
  });

  test('a task whose node fails more often than Slurm allows is a failed row', async () => {
    // Slurm counts what a node has lost that comes back in time, and 11 s or more after the task began.
    const place = await openPlace(['node1'], ['SlurmdTimeout=300', 'BatchStartTimeout=1']);
    const study = writeStudy(place.folder, { trials: 1, seconds: 30 });
    const running = start(place, study);
    for (let begun = 1; begun <= 5; begun++) {
      await expect
        .poll(() => readTaskLog(place).split('(trial 1 of 1)').length - 1, { timeout: 300_000 })
        .toBe(begun);
      await sleep(12_000);
      place.cluster.killNode('node1');
      await place.cluster.startNode('node1');
    }
    expect((await running.ended).end).toBe(1);
    expect(readResults(place.folder)[0].reason).toBe(
      'Its Slurm task 1_0 was held because its node failed too often.',
    );
    expect((await start(place, [...study, '--retry-failed']).ended).end).toBe(0);
  });

  test('a task whose time is up goes on from its checkpoint', async () => {
    const place = await openPlace(['node1']);
    // It has 80 s to begin: on a busy machine a process takes half a minute until it trains.
    const limits = ['--slurm', 'time=2', '--slurm', 'signal=B:TERM@40'];
    start(place, [...takeTraining(1000), ...limits]);
    await expect
      .poll(() => readTaskLog(place), { timeout: 600_000 })
      .toMatch(/^minmax: continues from its checkpoint/m);
  });

  test('a task that runs into its time limit is a failed row', async () => {
    const place = await openPlace(['node1']);
    const study = writeStudy(place.folder, { trials: 1, seconds: 600 });
    // The signal comes late: it finds a trial that hears nothing while it sleeps.
    const limits = ['--slurm', 'time=2', '--slurm', 'signal=B:TERM@1', '--slurm', 'restarts=0'];
    expect((await start(place, [...study, ...limits]).ended).end).toBe(1);
    expect(readResults(place.folder)[0].reason).toBe(
      'Its Slurm task 1_0 on node1 ran into its time limit.',
    );
  });

  test('a node without the engine ends the run and fails no trial', async () => {
    const place = await openPlace(['node1']);
    const study = writeStudy(place.folder, { trials: 1 });
    const broken = ['--slurm', 'export=PATH,PREP_LAB_TENSORFLOW=/nowhere'];
    const { end, stderr } = await start(place, [...study, ...broken]).ended;
    expect(end).toBe(6);
    expect(stderr).toMatch(/^The Slurm task 1_0 on node1 ended with exit code 6 \(FAILED\): /m);
    expect(readResults(place.folder)).toEqual([]);
  });

  test('what sbatch does not take is told in its own words', async () => {
    const place = await openPlace(['node1']);
    const study = writeStudy(place.folder, { trials: 1 });
    const { end, stderr } = await start(place, [...study, '--slurm', 'partition=none']).ended;
    expect(end).toBe(6);
    expect(stderr).toContain('Slurm refuses (sbatch): ');
  });

  test('Ctrl-C without a terminal lets the tasks go on', async () => {
    const place = await openPlace(['node1']);
    const study = writeStudy(place.folder, { trials: 2, seconds: 5 });
    const running = start(place, study);
    await waitForTask(place, / RUNNING /);
    running.signal('SIGINT');
    const { end, stderr } = await running.ended;
    expect(end).toBe(130);
    expect(stderr).toContain('Left 2 Slurm tasks to go on in');
    expect((await start(place, study).ended).end).toBe(0);
    expect(readResults(place.folder)).toHaveLength(2);
  });

  test('arrays are as large as Slurm has indices', async () => {
    const place = await openPlace(['node1'], ['MaxArraySize=3']);
    const study = writeStudy(place.folder, { trials: 4 });
    const { end, stderr } = await start(place, [...study, '--slurm', 'chunk=1']).ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    expect(stderr).toContain('Submitted 4 trials to Slurm: 4 tasks of job');
    expect(readResults(place.folder)).toHaveLength(4);
  });
});
