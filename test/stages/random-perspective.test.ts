import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { readTorch, type TorchCase, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface Perspective {
  readonly endpoints: readonly (readonly [number, number])[];
  readonly interpolation: 'nearest' | 'bilinear';
  readonly fill: readonly number[] | null;
}

const runs = readTorch<TorchCase<Perspective>>('perspective').output.runs;
const corners = ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'];

/** The draws that move the corners of an image of 32 x 32 by up to 8 pixels to these places. */
function drawsFor(endpoints: Perspective['endpoints'], count: number) {
  const entries = endpoints.flatMap((place, corner) =>
    place.map((pixel, axis) => {
      const inwards = pixel > 15 ? 31 - pixel : pixel;
      const name = `${corners[corner]}${axis === 0 ? 'X' : 'Y'}`;
      return [name, Array<number>(count).fill((inwards + 0.5) / 9)] as const;
    }),
  );
  return { change: Array<number>(count).fill(0), ...Object.fromEntries(entries) };
}

describe('random-perspective', () => {
  test.each(runs.filter(({ params }) => params.fill === null))(
    'agrees with torchvision: corners at $params.endpoints, $params.interpolation',
    async ({ params, images, output }) => {
      const { interpolation, endpoints } = params;
      const stage = createListedStage({ name: 'random-perspective', interpolation });
      const input = torchImages(images);
      const moved = await applyStage(stage, input, drawsFor(endpoints, input.shape[0]));
      const values = Array.from(moved.dataSync(), (value) => Math.round(value));
      const apart = values.map((value, i) => Math.abs(value - (output.values[i] as number)));
      const share = apart.filter((difference) => difference > 0).length / apart.length;
      expect(share).toBeLessThanOrEqual(0.015);
      if (interpolation === 'bilinear') expect(Math.max(...apart)).toBeLessThanOrEqual(1);
    },
  );

  test('leaves images alone whose draw is not below the probability, or whose corners do not move', async () => {
    const images = torchImages([0, 1]);
    const stage = createListedStage({ name: 'random-perspective', probability: 0.4 });
    const still = drawsFor(
      [
        [0, 0],
        [31, 0],
        [31, 31],
        [0, 31],
      ],
      2,
    );
    const moved = drawsFor(
      [
        [3, 1],
        [29, 0],
        [31, 30],
        [0, 27],
      ],
      2,
    );
    const unmoved = await applyStage(stage, images, still);
    const untouched = await applyStage(stage, images, { ...moved, change: [0.4, 0.9] });
    expect(Array.from(untouched.dataSync())).toEqual(images.values);
    unmoved.dataSync().forEach((value, index) => {
      expect(value).toBeCloseTo(images.values[index] as number, 2);
    });
  });

  test('leaves an image alone whose corners lie on one line', async () => {
    const stage = createListedStage({ name: 'random-perspective', distortion: 1, probability: 1 });
    const draws = Object.fromEntries(
      corners.flatMap((c) => [
        [`${c}X`, [0.99]],
        [`${c}Y`, [0.99]],
      ]),
    );
    const tiny = { shape: [1, 2, 2, 1] as const, values: [1, 2, 3, 4] };
    const output = await applyStage(stage, tiny, { change: [0], ...draws });
    expect(Array.from(output.dataSync()).every(Number.isFinite)).toBe(true);
  });
});
