import { parentPort } from 'node:worker_threads';
import { corruptImages } from './corrupt-images.js';
import type { WorkerOrder } from './workers.js';

/** The program of a thread: corrupts a part of the images of each order, in memory that it shares with who asked. */
parentPort?.on('message', (order: WorkerOrder) => {
  const { images, target, ...rest } = order;
  target.set(corruptImages(images, rest));
  parentPort?.postMessage('done');
});
