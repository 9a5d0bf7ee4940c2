/**
 * So many workers in one process, which sleep in place of training. Parameters: the file of a result that all return,
 * Redis' port and password, how many workers, seconds a trial.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { sealResult } from '../../dist/runner/sealed-result.js';

const [file, port, password, ...numbers] = process.argv.slice(2);
const [workers, seconds] = numbers.map(Number);
const template = JSON.parse(readFileSync(file, 'utf8'));

async function train({ data: { trial } }) {
  await sleep(seconds * 1000);
  const { id, key, seed, experiment } = trial;
  return sealResult({
    result: { ...template, id, key, seed, experiment },
    predicted: new Uint8Array(10_000),
  });
}

const worker = new Worker('trials', train, {
  connection: { host: '127.0.0.1', port: Number(port), password, maxRetriesPerRequest: null },
  prefix: 'prep-lab:simulation',
  concurrency: workers,
});
worker.on('error', () => {});
await worker.waitUntilReady();
process.stdout.write('ready\n');
