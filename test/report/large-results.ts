import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { DoneTrial } from '../../src/results/result.js';
import { diagnostics } from './diagnostics.js';
import { doneTrial, experiment } from './results.js';

const epochs = 10;
const testCount = 10_000;

/**
 * Writes a results.json of a large sweep: so many arms with so many seeds, 10 epochs each, with diagnostics and the bits
 * of the right images, as runs write them.
 */
export async function writeLargeResults(
  file: string,
  { arms, seeds }: { readonly arms: number; readonly seeds: number },
): Promise<void> {
  const stream = createWriteStream(file);
  stream.write('{"format":"prep-lab results","version":2,"trials":[\n');
  for (let index = 0; index < arms * seeds; index++) {
    const trial = largeTrial(Math.floor(index / seeds), index % seeds, seeds);
    const text = `${index > 0 ? ',\n' : ''}${JSON.stringify(trial, null, 2)}`;
    if (!stream.write(text)) await once(stream, 'drain');
  }
  stream.end(']}\n');
  await once(stream, 'close');
}

function largeTrial(arm: number, seed: number, seeds: number): DoneTrial {
  const right = 6000 + ((37 * arm + 101 * seed) % 1000);
  const changed = experiment({
    name: 'geometric',
    seeds: Array.from({ length: seeds }, (_, each) => each),
    preprocessing: [
      { name: 'minmax', range: [0, 1] },
      { name: 'random-rotation', factor: arm / 1e5, fillMode: 'reflect' },
    ],
  });
  const accuracyOf = (epoch: number) => right / testCount - 0.1 / epoch ** 2;
  const { length } = String(arm);
  return doneTrial({
    id: `geometric-seed${seed}-${'0'.repeat(8 - length)}${arm}`,
    experiment: changed,
    changes: [{ path: 'preprocessing[1].factor', value: arm / 1e5 }],
    summary: { preprocessing: `minmax, random-rotation ${arm / 1e5}`, model: 'baseline' },
    seed,
    history: Array.from({ length: epochs }, (_, at) => ({
      epoch: at + 1,
      trainLoss: 2 / (at + 1.37) + seed / 97,
      trainAccuracy: 0.6 + at / 31 + seed / 301,
      validationLoss: 2 / (at + 1.91) + arm / 89_000,
      validationAccuracy: accuracyOf(at + 1),
      learningRate: 0.001,
      trainSeconds: 9.7 + seed + at / 7,
      validationSeconds: 0.3 + at / 77,
    })),
    test: {
      accuracy: right / testCount,
      loss: 1.17154 + seed / 83,
      epoch: epochs,
      weights: 'last',
      right: packFirst(right),
    },
    best: { epoch: epochs, accuracy: accuracyOf(epochs), judgedOn: 'test' },
    diagnostics: diagnostics(),
  });
}

/** As many right images as asked for, the first ones. */
function packFirst(right: number): string {
  const bytes = Buffer.alloc(testCount / 8);
  bytes.fill(0xff, 0, right >> 3);
  bytes[right >> 3] = (1 << (right & 7)) - 1;
  return bytes.toString('base64');
}
