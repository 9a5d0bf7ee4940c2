import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Run, run, startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, type RedisServer, startRedis } from './redis-server.js';
import { readTable } from './study.js';

const rates = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03];

/** Writes a search of six configurations: three reach the second epoch, and one the end. */
function writeSearch(folder: string): string[] {
  const search = {
    over: { 'training.optimizer.learningRate': rates },
    rungs: [0.25, 0.5, 1],
    keep: 0.5,
    confirm: { seeds: 2 },
  };
  const experiment = {
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
    search,
  };
  writeFileSync(join(folder, 'tune.json'), JSON.stringify(experiment));
  return ['run', 'tune.json', '--threads', '1', '--device', 'cpu', '--no-diagnostics'];
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
});
