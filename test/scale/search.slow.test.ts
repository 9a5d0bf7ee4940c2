import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Run, run, startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, type RedisServer, startRedis } from './redis-server.js';
import { hasSlurm, type SlurmCluster, startSlurmCluster } from './slurm-cluster.js';
import { readTable } from './study.js';

const rates = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03];

/** A search of six configurations: three reach the second epoch, and one the end. */
const searching = {
  name: 'tune',
  dataset: { trainLimit: 400, testLimit: 100 },
  preprocessing: ['minmax', 'random-flip'],
  model: {
    name: 'layers',
    layers: [
      { type: 'average-pooling2d', poolSize: 8 },
      { type: 'flatten' },
      { type: 'dense', units: 10 },
    ],
  },
  training: { epochs: 4, validation: { split: 200 } },
  search: {
    over: { 'training.optimizer.learningRate': rates },
    rungs: [0.25, 0.5, 1],
    keep: 0.5,
    confirm: { seeds: 2 },
  },
};

const small = ['--threads', '1', '--device', 'cpu', '--no-diagnostics'];

function writeSearch(folder: string): string[] {
  writeFileSync(join(folder, 'tune.json'), JSON.stringify(searching));
  return ['run', 'tune.json', ...small];
}

/** What a search found, to the last bit of each score; and its table, without times. */
async function readFound(out: string): Promise<readonly string[]> {
  return [await readFile(join(out, 'search.json'), 'utf8'), await readTable(out)];
}

/** Compares what a search found with what it finds in one process of this machine. */
async function expectSameAsAlone(folder: string, study: readonly string[]): Promise<void> {
  const alone = await run({ folder, parameters: [...study, '--out', 'alone'] });
  expect(alone).toMatchObject({ end: 0 });
  expect(await readFound(join(folder, 'results'))).toEqual(await readFound(join(folder, 'alone')));
}

/** Writes a race of two experiments over two or three seeds. */
function writeRace(folder: string): string[] {
  const { search: _, ...experiment } = searching;
  for (const [name, stages] of Object.entries({ control: [], flipped: ['random-flip'] })) {
    const written = { ...experiment, name, preprocessing: ['minmax', ...stages] };
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(written));
  }
  const race = ['--race', 'control,minSeeds=2,maxSeeds=3'];
  return ['run', 'control.json', 'flipped.json', ...race, ...small];
}

async function expectSameRaceAlone(folder: string, study: readonly string[]): Promise<void> {
  const alone = await run({ folder, parameters: [...study, '--out', 'alone'] });
  expect(alone).toMatchObject({ end: 0 });
  const [together, single] = ['results', 'alone'].map((name) => readTable(join(folder, name)));
  expect(await together).toBe(await single);
}

const quickLeases = { PREP_LAB_LEASE_SECONDS: '4' };

describe.skipIf(!hasRedis)('With Redis', () => {
  const start = (folder: string, redis: RedisServer, parameters: readonly string[]): Run =>
    startRun({
      folder,
      parameters: [...parameters, '--redis', redis.url],
      environment: { ...quickLeases, PREP_LAB_REDIS_PASSWORD: redis.password },
    });

  test('a search that was killed, and went on with a worker that has none of its checkpoints, finds what one process finds', async () => {
    const folder = await temporaryFolder();
    const redis = await startRedis(folder);
    const study = writeSearch(folder);
    const work = (checkpoints: string) =>
      start(folder, redis, ['worker', '--device', 'cpu', '--checkpoints', checkpoints]);
    const onRedis = [...study, '--launcher', 'bullmq'];
    const first = [work('first'), start(folder, redis, onRedis)];
    await first[1]?.printed(/(left after epoch 1[\s\S]*){3}/);
    for (const killed of first) killed.signalAll('SIGKILL');
    for (const killed of first) await killed.ended;
    const second = work('second');
    const { end, stderr } = await start(folder, redis, onRedis).ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    await expectSameAsAlone(folder, study);
    second.signalAll('SIGKILL');
  });

  test('a race ends as in one process', async () => {
    const folder = await temporaryFolder();
    const redis = await startRedis(folder);
    const study = writeRace(folder);
    const worker = start(folder, redis, ['worker', '--device', 'cpu']);
    const raced = await start(folder, redis, [...study, '--launcher', 'bullmq']).ended;
    expect(raced).toMatchObject({ end: 0 });
    await expectSameRaceAlone(folder, study);
    worker.signalAll('SIGKILL');
  });
});

describe.skipIf(!hasSlurm)('With Slurm', () => {
  interface Place {
    readonly folder: string;
    readonly cluster: SlurmCluster;
  }

  const openPlace = async (nodes: readonly string[]): Promise<Place> => {
    const folder = await temporaryFolder();
    return { folder, cluster: await startSlurmCluster({ folder, nodes }) };
  };

  const start = ({ folder, cluster }: Place, parameters: readonly string[]): Run =>
    startRun({
      folder,
      parameters: [...parameters, '--launcher', 'slurm', '--slurm', 'poll=1'],
      environment: { ...cluster.environment, ...quickLeases },
    });

  const readLog = ({ folder }: Place, name: string) =>
    readFile(join(folder, 'results', 'slurm', '1', 'logs', name), 'utf8').catch(() => '');

  test('a search on nodes of which one fails finds what one process finds', async () => {
    const place = await openPlace(['node1', 'node2']);
    const study = writeSearch(place.folder);
    const running = start(place, study);
    await running.printed('left after epoch 1');
    place.cluster.killNode('node1');
    await place.cluster.startNode('node1');
    const { end, stderr } = await running.ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    expect(stderr).toContain('Submitted the search to Slurm: 6 tasks of job 1.');
    await expectSameAsAlone(place.folder, study);
  });

  test('a search that was left goes on to its end by itself, and the same command finds it', async () => {
    const place = await openPlace(['node1']);
    const study = writeSearch(place.folder);
    const left = await start(place, [...study, '--detach', '--slurm', 'at-once=2']).ended;
    expect(left).toMatchObject({ end: 0, stdout: '' });
    const out = join(place.folder, 'results');
    const readRanking = async () =>
      JSON.parse(await readFile(join(out, 'search.json'), 'utf8')).searches[0].ranking;
    await expect.poll(readRanking, { timeout: 600_000, interval: 500 }).toHaveLength(1);
    const followed = await start(place, study).ended;
    expect(followed).toMatchObject({ end: 0 });
    expect(followed.stderr).not.toContain('Submitted the search');
    await expectSameAsAlone(place.folder, study);
  });

  test('where its tasks were cancelled, the run says so, and the same command goes on', async () => {
    const place = await openPlace(['node1']);
    const study = writeSearch(place.folder);
    const scripts = await start(place, [...study, '--dry-run', '--format', 'sbatch']).ended;
    expect(scripts.stdout).toContain('#SBATCH --array=0-5\n');
    const one = [...study, '--slurm', 'at-once=1'];
    const running = start(place, one);
    await expect.poll(() => readLog(place, '1_0.log'), { timeout: 120_000 }).toContain('...');
    await place.cluster.ask('scancel', '1');
    const { end, stderr } = await running.ended;
    expect(end).toBe(1);
    expect(stderr).toContain(
      'No task of the search is left. Its Slurm task 1_0 on node1 was cancelled.\nHint: the same command goes on with the search; the logs of its tasks say more.\n',
    );
    expect((await start(place, one).ended).end).toBe(0);
    await expectSameAsAlone(place.folder, study);
  });

  test('a race ends as in one process', async () => {
    const place = await openPlace(['node1']);
    const study = writeRace(place.folder);
    expect(await start(place, study).ended).toMatchObject({ end: 0 });
    await expectSameRaceAlone(place.folder, study);
  });
});
