import { describe, expect, it } from 'vitest';
import { corruptions, findCorruption } from '../../src/corruptions/list.js';
import { type Golden, type GoldenRun, goldenImages, outputsOf, readGolden } from './golden.js';

/** The reference's draws as ours have them, by corruption. */
const drawsOf: Readonly<Record<string, (recorded: never) => unknown>> = {
  'impulse-noise': ({ salt_index: salt, pepper_index: pepper }: Record<string, number[]>) => ({
    salt,
    pepper,
  }),
  'glass-blur': ({ dx_dy: steps }: Record<string, number[]>) => ({ steps }),
  frost: ({ frost_crop_rgb: ice }: Record<string, number[]>) => ({ ice }),
  'elastic-transform': (recorded: Record<string, number[]>) => ({
    corners: recorded.corner_uniform,
    right: recorded.dx_uniform,
    down: recorded.dy_uniform,
  }),
};

const names = [
  'gaussian-noise',
  'shot-noise',
  'impulse-noise',
  'speckle-noise',
  'defocus-blur',
  'glass-blur',
  'motion-blur',
  'zoom-blur',
  'gaussian-blur',
  'snow',
  'frost',
  'fog',
  'brightness',
  'spatter',
  'contrast',
  'elastic-transform',
  'pixelate',
  'jpeg-compression',
  'saturate',
];

describe.each(names)('%s', (name) => {
  const golden = readGolden(name);
  it.each(golden.output.runs)(
    'is the reference to the byte, given its draws, at severity $severity',
    (run) => {
      const differences = compare(name, golden, run);
      const others = differences.filter((difference) => difference > 0);
      // OpenCV adds up in another order, which a value right at a whole level shows.
      const most = name === 'defocus-blur' ? 0.002 * differences.length : 0;
      expect(others.length).toBeLessThanOrEqual(most);
      expect(Math.max(0, ...others)).toBeLessThanOrEqual(1);
      expect(differences.length).toBeGreaterThanOrEqual(2 * 32 * 32 * 3);
    },
  );
});

it('has values of the reference for each corruption', () => {
  expect([...names].sort()).toEqual(corruptions.map((corruption) => corruption.name).sort());
});

/** How far ours is from the reference, value by value. */
function compare(name: string, golden: Golden, run: GoldenRun): number[] {
  const corruption = findCorruption(name);
  return outputsOf(run).flatMap((expected, place) => {
    const image = goldenImages[run.images[place] as number];
    const recorded = run.draws?.[place] ?? golden.params.draws?.values[place];
    const draws = drawsOf[name]?.(recorded as never) ?? recorded;
    if (!corruption || !image) throw new Error(`There is no ${name}.`);
    const received = corruption.apply(image, run.severity, draws);
    return Array.from(received, (value, index) => Math.abs(value - (expected[index] as number)));
  });
}
