import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type CorruptionSetting, corruptImages } from './corrupt-images.js';
import { type PixelShape, valueCount } from './image.js';

/** A part of the images, for one thread. */
export interface WorkerOrder {
  /** Shape: uint8 [N, H, W, C]. */
  readonly images: Uint8Array;
  /** Where they are to be put, in shared memory. */
  readonly target: Uint8Array;
  readonly shape: PixelShape;
  readonly setting: CorruptionSetting;
  /** The place of the first of them in their set. */
  readonly first: number;
}

/** Corrupts images on several threads; the result does not depend on their number. */
export interface CorruptionWorkers {
  corrupt(setting: CorruptionSetting): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Starts the threads for some images. One thread is this one, which it then blocks. */
export function startCorruptionWorkers(
  { images, shape, first }: Pick<WorkerOrder, 'images' | 'shape' | 'first'>,
  threads: number,
): CorruptionWorkers {
  if (threads <= 1) {
    return {
      corrupt: async (setting) => corruptImages(images, { shape, setting, first }),
      close: async () => {},
    };
  }
  const shared = share(images);
  const size = valueCount(shape);
  const count = images.length / size;
  const each = Math.ceil(count / threads);
  const file = new URL('./corruption-worker.js', import.meta.url);
  const workers = Array.from({ length: Math.ceil(count / each) }, () => new Worker(file));
  return {
    async corrupt(setting) {
      const target = new Uint8Array(new SharedArrayBuffer(images.length));
      const parts = workers.map((worker, index) => {
        const [from, to] = [index * each * size, (index + 1) * each * size];
        const part = { images: shared.subarray(from, to), target: target.subarray(from, to) };
        return order(worker, { ...part, shape, setting, first: first + index * each });
      });
      await Promise.all(parts);
      return target;
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

/** @throws what the thread threw. */
async function order(worker: Worker, work: WorkerOrder): Promise<void> {
  const answer = once(worker, 'message');
  worker.postMessage(work);
  await answer;
}

function share(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
