import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { fromRows, type Rows, toRows } from './rows.js';

beforeAll(async () => {
  await loadTestEngine();
});

const rows: Rows = [
  [1, 2, 3],
  [4, 5, 6],
];
const upsideDown = [rows[1], rows[0]];

function flip(options: object, draws: readonly number[], images: Rows = rows) {
  const stage = createListedStage({ name: 'random-flip', ...options });
  return applyStage(stage, fromRows(...draws.map(() => images)), { flip: draws }).then(toRows);
}

describe('random-flip', () => {
  test('swaps left and right where the draw is at most one half', async () => {
    const mirrored = [
      [3, 2, 1],
      [6, 5, 4],
    ];
    expect(await flip({ mode: 'horizontal' }, [0, 0.5, 0.51])).toEqual([mirrored, mirrored, rows]);
  });

  test('swaps top and bottom', async () => {
    expect(await flip({ mode: 'vertical' }, [0.2, 0.9])).toEqual([upsideDown, rows]);
  });

  test('makes a half turn or nothing unless a mode is given', async () => {
    const turned = [
      [6, 5, 4],
      [3, 2, 1],
    ];
    expect(await flip({}, [0.5, 0.6])).toEqual([turned, rows]);
  });

  test('flips as often as its probability says', async () => {
    expect(await flip({ mode: 'vertical', probability: 0.1 }, [0.1, 0.11])).toEqual([
      upsideDown,
      rows,
    ]);
    expect(await flip({ mode: 'vertical', probability: 1 }, [0, 0.999])).toEqual([
      upsideDown,
      upsideDown,
    ]);
    expect(await flip({ mode: 'vertical', probability: 0 }, [0, 0.999])).toEqual([rows, rows]);
  });

  test('flips about half of the images', async () => {
    const stage = createListedStage({ name: 'random-flip', mode: 'horizontal' });
    const images = fromRows(...Array.from({ length: 1000 }, () => [[0, 1]]));
    const flipped = toRows(await applyStage(stage, images, { seed: 3 })).filter(
      ([row]) => row?.[0] === 1,
    );
    expect(flipped.length).toBeGreaterThan(430);
    expect(flipped.length).toBeLessThan(570);
  });

  test('is undone by itself', async () => {
    const image = fc.array(fc.array(fc.integer(), { minLength: 4, maxLength: 4 }), {
      minLength: 3,
      maxLength: 3,
    });
    const modes = fc.constantFrom('horizontal', 'vertical', 'horizontal-and-vertical');
    const property = fc.asyncProperty(image, modes, async (pixels, mode) => {
      const small = pixels.map((row) => row.map((value) => value % 256));
      const [once = []] = await flip({ mode }, [0.3], small);
      expect(await flip({ mode }, [0.3], once)).toEqual([
        small.map((row) => row.map((v) => v + 0)),
      ]);
    });
    await fc.assert(property, { numRuns: 30 });
  });
});
