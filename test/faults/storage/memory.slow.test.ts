import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { preloadOption } from '../fault.js';
import { expectTidy } from '../outcome.js';
import { createScenario } from '../scenario.js';
import { run } from '../start-run.js';

/** What test/faults/preload/watch-memory.mjs sees after each checkpoint. */
interface Sight {
  readonly tensors: number;
  readonly residentBytes: number;
  readonly openFiles: number;
  readonly folders: number;
  readonly bytes: number;
}

const epochs = 1000;
/** 200 images in batches of 40. */
const stepsPerEpoch = 5;

/** Returns the slope of a line through equally distant values, by least squares. */
function slopeOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = (values.length - 1) / 2;
  const products = values.map((value, index) => (index - middle) * (value - mean));
  const squares = values.map((_, index) => (index - middle) ** 2);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
  return sum(products) / sum(squares);
}

test.skipIf(process.platform !== 'linux')(
  '1000 epochs with as many checkpoints leak no tensor, no memory, no open file and no space on the disk',
  async () => {
    const scenario = await createScenario({
      experiments: { long: { training: { epochs, batchSize: 40 } } },
      options: ['--seed', '0'],
    });
    const { folder, parameters, out, log } = scenario;
    const environment = { NODE_OPTIONS: preloadOption('watch-memory.mjs'), WATCH_LOG: log };
    const { end, stderr } = await run({ folder, parameters, environment });
    expect(end, stderr.slice(-2000)).toBe(0);
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    const seen: Sight[] = lines.map((line) => JSON.parse(line));
    expect(seen).toHaveLength(epochs);
    const later = seen.slice(epochs / 5);
    const spread = (name: keyof Sight) => new Set(later.map((sight) => sight[name])).size;
    expect(later[0]?.tensors).toBeGreaterThan(0);
    expect(spread('tensors')).toBe(1);
    const open = later.map(({ openFiles }) => openFiles);
    expect(Math.max(...open) - Math.min(...open)).toBeLessThanOrEqual(2);

    // Less than 1 MB in 100 steps.
    const perStep = slopeOf(later.map(({ residentBytes }) => residentBytes)) / stepsPerEpoch;
    console.log(`resident memory grows by ${Math.round(perStep)} bytes a step`);
    expect(perStep).toBeLessThan(10_000);

    // Two are kept, and the third is there before the oldest goes. A history grows, so the last ones are the largest.
    expect(Math.max(...seen.map(({ folders }) => folders))).toBe(3);
    const last = later.at(-1)?.bytes ?? 0;
    expect(Math.max(...seen.map(({ bytes }) => bytes))).toBeLessThanOrEqual(last);
    await expectTidy(out);
  },
);
