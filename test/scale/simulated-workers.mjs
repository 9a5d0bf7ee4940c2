/**
 * So many workers in one process, which sleep in place of training. Parameters: the file of a result that all return,
 * Redis' port and password, and as JSON how many workers and what takes how long.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { sealResult } from '../../dist/runner/sealed-result.js';

const [file, port, password, simulated] = process.argv.slice(2);
const { workers, seconds, startSeconds, networkSeconds, lossShare, silentSeconds } =
  JSON.parse(simulated);
const template = JSON.parse(readFileSync(file, 'utf8'));
let started = 0;
let taken = 0;

/** Of every so many trials one loses its worker half-way: nobody gets it for a while, and another worker begins it anew. */
function secondsOf(place) {
  const isLost = lossShare > 0 && place % Math.round(1 / lossShare) === 0;
  return isLost ? seconds / 2 + silentSeconds + startSeconds + seconds : seconds;
}

async function train({ data: { trial } }) {
  // The first trials find workers that are not warm yet.
  const startUp = started++ < workers ? startSeconds : 0;
  await sleep(1000 * (networkSeconds + startUp + secondsOf(++taken)));
  const { id, key, seed, experiment } = trial;
  const sealed = sealResult({
    result: { ...template, id, key, seed, experiment },
    predicted: new Uint8Array(10_000),
  });
  await sleep(1000 * networkSeconds);
  return sealed;
}

const worker = new Worker('trials', train, {
  connection: { host: '127.0.0.1', port: Number(port), password, maxRetriesPerRequest: null },
  prefix: 'prep-lab:simulation',
  concurrency: workers,
});
worker.on('error', () => {});
await worker.waitUntilReady();
process.stdout.write('ready\n');
