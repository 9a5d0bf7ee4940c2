import { readFile } from 'node:fs/promises';
import { decode } from 'fast-png';
import { beforeAll, expect, test } from 'vitest';
import { readCifar10 } from '#prep-lab/cifar10/dataset.js';
import { startEngine } from '#prep-lab/engine/start.js';
import { silentProgress } from '#prep-lab/progress.js';
import {
  createFirstPicture,
  drawFirstPicture,
  type FirstPicture,
  pictureFile,
  themes,
} from '../../../build/docs/first-picture.js';
import { findEngine } from '../../../src/engine/install/engine.js';
import { readResults } from '../../../src/results/read-results.js';
import { cachedData } from '../../cifar10/cached-data.js';
import { runProgram } from '../../cli/run-program.js';

let content: FirstPicture;

beforeAll(async () => {
  if (!(await findEngine('cpu'))) throw new Error('No engine: run "npx prep-lab setup" first.');
  await startEngine({ device: 'cpu', progress: silentProgress });
  content = await createFirstPicture(await readCifar10(await cachedData()));
});

/** Another processor may round a pixel otherwise. */
const roundingLevels = 2;

test.each(['light', 'dark'] as const)(
  'the %s picture is what the program of today draws',
  async (name) => {
    const file = await readFile(pictureFile(name));
    expect(file.length).toBeLessThan(150_000);
    const stored = decode(file);
    const drawn = await drawFirstPicture(content, themes[name]);
    expect([stored.width, stored.height, stored.channels]).toEqual([drawn.width, drawn.height, 3]);
    let differing = 0;
    for (let pixel = 0; pixel < drawn.width * drawn.height; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        const difference =
          (stored.data[3 * pixel + channel] ?? 0) - (drawn.pixels[4 * pixel + channel] ?? 0);
        if (Math.abs(difference) > roundingLevels) differing++;
      }
    }
    expect(differing).toBe(0);
  },
);

test('the accuracies are those of results/study', async () => {
  const { trials } = await readResults('results/study');
  for (const { name, accuracy } of content.rows) {
    const own = trials.filter(({ experiment }) => experiment.name === name);
    const rates = own.flatMap((trial) => (trial.status === 'done' ? trial.test.accuracy : []));
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    expect(Number.parseFloat(accuracy)).toBeCloseTo(100 * mean, 0);
  }
  expect(content.rows).toHaveLength(3);
});

// It also measures real training steps.
test('the warning is the first that explain prints', { timeout: 180_000 }, async () => {
  const { stdout } = await runProgram(['explain', content.file]);
  expect(stdout).toContain(`\n\n${content.warning.join('\n')}\nFix: `);
  expect(stdout.split('Warning (')[0]).not.toContain('Hint (');
});

test('photometric leaves black or striped images, photometric-fixed neither', () => {
  const shares = content.rows.map(({ images }) => {
    const [drawn] = images.draws;
    if (!drawn) throw new Error('No images.');
    const [low, high] = images.shown;
    return (
      drawn.values.filter((value) => value <= low || value > high).length / drawn.values.length
    );
  });
  expect(shares[0]).toBeLessThan(0.05);
  expect(shares[1]).toBeGreaterThan(0.9);
  expect(shares[2]).toBeLessThan(0.25);
});
