import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Run, run, startRun } from '../faults/start-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { hasRedis, type RedisServer, startRedis } from './redis-server.js';
import { plugin, readTable, takeTraining, writeStudy } from './study.js';

if (!hasRedis)
  process.stderr.write('Redis is not here (test/scale/set-up.sh): its tests are skipped.\n');

interface Place {
  readonly folder: string;
  readonly redis: RedisServer;
}

async function openPlace(): Promise<Place> {
  const folder = await temporaryFolder();
  return { folder, redis: await startRedis(folder) };
}

// A dead worker's trial is soon given to another.
const environmentOf = ({ redis }: Place) => ({
  PREP_LAB_REDIS_PASSWORD: redis.password,
  PREP_LAB_LEASE_SECONDS: '4',
});

function startWorker(place: Place, more: readonly string[] = ['--plugin', plugin]): Run {
  const { folder, redis } = place;
  const parameters = [
    'worker',
    '--redis',
    redis.url,
    '--device',
    'cpu',
    '--checkpoints',
    'kept',
    ...more,
  ];
  return startRun({ folder, parameters, environment: environmentOf(place) });
}

function start(place: Place, parameters: readonly string[]): Run {
  const onRedis = ['--launcher', 'bullmq', '--redis', place.redis.url];
  const { folder } = place;
  return startRun({
    folder,
    parameters: [...parameters, ...onRedis],
    environment: environmentOf(place),
  });
}

const readResults = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'results', 'results.json'), 'utf8')).trials;

describe.skipIf(!hasRedis)('With Redis', () => {
  test('the table is that of one process, apart from times', async () => {
    const place = await openPlace();
    const study = writeStudy(place.folder, { trials: 6 });
    const workers = [startWorker(place, []), startWorker(place, [])];
    for (const worker of workers) await worker.printed('Ready for 1 trial at a time');
    const { end, stderr } = await start(place, study).ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    await run({ folder: place.folder, parameters: [...study, '--out', 'alone'] });
    const [together, alone] = ['results', 'alone'].map((name) =>
      readTable(join(place.folder, name)),
    );
    expect(await together).toBe(await alone);
    for (const worker of workers) worker.signal('SIGTERM');
    for (const worker of workers) expect((await worker.ended).end).toBe(143);
  });

  test('processes that wait for trials of one setting give way to another', async () => {
    const place = await openPlace();
    const study = writeStudy(place.folder, { trials: 2 });
    const worker = startWorker(place, []);
    for (const threads of ['1', '2', '1']) {
      const parameters = [...study, '--threads', threads, '--out', `on-${threads}`, '--force'];
      const { end, stderr } = await start(place, parameters).ended;
      expect({ end, stderr }).toMatchObject({ end: 0 });
      expect(worker.trialProcesses()).toHaveLength(1);
    }
    worker.signal('SIGTERM');
    expect((await worker.ended).end).toBe(143);
  });

  test('the trial of a worker that was killed is given to another', async () => {
    const place = await openPlace();
    const study = writeStudy(place.folder, { trials: 2, seconds: 6 });
    const [killed, other] = [startWorker(place), startWorker(place)];
    const running = start(place, study);
    await killed.printed('seed');
    killed.signalAll('SIGKILL');
    const { end, stderr } = await running.ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    expect(stderr).toContain('its worker is gone; another gets it.');
    other.signalAll('SIGKILL');
  });

  test('Redis may be started anew', async () => {
    const place = await openPlace();
    const study = writeStudy(place.folder, { trials: 3, seconds: 3 });
    const worker = startWorker(place);
    const running = start(place, study);
    await worker.printed('seed');
    await place.redis.stop();
    await sleep(5000);
    await place.redis.start();
    const { end, stderr } = await running.ended;
    expect({ end, stderr }).toMatchObject({ end: 0 });
    expect(stderr).toContain('waiting for it.\n');
    expect(readResults(place.folder)).toHaveLength(3);
  });

  test('a worker without the plug-in of the run refuses, ends, and the run is told', async () => {
    const place = await openPlace();
    const study = writeStudy(place.folder, { trials: 1, seconds: 0 });
    const worker = startWorker(place, []);
    const running = start(place, study);
    const { end, stderr } = await worker.ended;
    expect(end).toBe(2);
    expect(stderr).toMatch(/^small-seed0-[0-9a-f]{8}: model\.name /m);
    await running.printed(/^The worker \S+ has ended: small-seed0-[0-9a-f]{8}: model\.name /m);
    startWorker(place);
    expect((await running.ended).end).toBe(0);
  });

  test('Ctrl-C takes back what waits, and what runs ends with a checkpoint', async () => {
    const place = await openPlace();
    const study = [...takeTraining(200), '--seeds', '3'];
    const worker = startWorker(place);
    const running = start(place, study);
    await running.printed('epoch 1/200');
    running.signal('SIGINT');
    const { end, stderr } = await running.ended;
    expect(end).toBe(130);
    expect(stderr).toContain('Stopped with 3 of 3 trials to go.');
    await worker.printed('interrupted');
    // Any of the three may have been the first.
    const [begun = ''] = readdirSync(join(place.folder, 'kept'));
    const again = start(place, [...study, '--trials', begun]);
    await again.printed(/minmax, seed \d: continues from its checkpoint/);
    again.signal('SIGINT');
    expect((await again.ended).end).toBe(130);
  });

  test('a worker that is stopped gives its trial back, and another goes on from the shared checkpoint', async () => {
    const place = await openPlace();
    const study = takeTraining(12);
    const worker = startWorker(place);
    const running = start(place, study);
    await running.printed('epoch 2/12');
    worker.signal('SIGTERM');
    expect((await worker.ended).end).toBe(143);
    startWorker(place);
    expect((await running.ended).end).toBe(0);
    expect(readResults(place.folder)[0].resumeCount).toBe(1);
  });
});
