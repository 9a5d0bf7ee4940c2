import { describe, expect, it } from 'vitest';
import { corruptImages } from '../../src/corruptions/corrupt-images.js';
import { severities } from '../../src/corruptions/corruption.js';
import { corruptions } from '../../src/corruptions/list.js';
import { mulberry32 } from '../mulberry32.js';
import { goldenImages } from './golden.js';

const shapes = [
  { height: 32, width: 32, channels: 3 },
  { height: 28, width: 28, channels: 1 },
  { height: 21, width: 34, channels: 3 },
  { height: 8, width: 8, channels: 1 },
];

function drawImages(count: number, { height, width, channels }: (typeof shapes)[number]) {
  const uniform = mulberry32(height * width);
  return Uint8Array.from({ length: count * height * width * channels }, () => 256 * uniform());
}

const [first, second] = goldenImages;
const photographs = Uint8Array.from([...(first?.pixels ?? []), ...(second?.pixels ?? [])]);
const shape = { height: 32, width: 32, channels: 3 };

describe.each(corruptions)('$name', ({ name, needsColour, draw }) => {
  const supported = shapes.filter(({ channels }) => channels === 3 || !needsColour);
  it.each(supported)('keeps images of $height x $width x $channels, whatever it does', (small) => {
    const images = drawImages(3, small);
    const before = Uint8Array.from(images);
    for (const severity of severities) {
      const setting = { name, severity, seed: 3 };
      const corrupted = corruptImages(images, { shape: small, setting });
      expect(corrupted.length).toBe(images.length);
      expect(images).toEqual(before);
      expect(corruptImages(images, { shape: small, setting })).toEqual(corrupted);
    }
  });

  it('gives an image the same draws alone as in its set', () => {
    const setting = { name, severity: 3, seed: 0 } as const;
    const together = corruptImages(photographs, { shape, setting });
    const alone = corruptImages(photographs.subarray(3072), { shape, setting, first: 1 });
    expect(alone).toEqual(together.subarray(3072));
  });

  it(draw ? 'draws anew with another seed' : 'does not depend on the seed', () => {
    const corrupt = (seed: number) =>
      corruptImages(photographs, { shape, setting: { name, severity: 4, seed } });
    if (draw) expect(corrupt(0)).not.toEqual(corrupt(1));
    else expect(corrupt(0)).toEqual(corrupt(1));
  });

  it('moves a photograph further at severity 5 than at 1, and never leaves it alone', () => {
    const distance = (severity: 1 | 5) =>
      corruptImages(photographs, { shape, setting: { name, severity, seed: 0 } }).reduce(
        (sum, value, index) => sum + Math.abs(value - (photographs[index] as number)),
        0,
      );
    expect(distance(1)).toBeGreaterThan(0);
    // At severity 1 the elastic map has no field, but moves its corners most.
    if (name !== 'elastic-transform') expect(distance(5)).toBeGreaterThan(distance(1));
  });
});

it('knows fifteen corruptions and four held out, each by one name', () => {
  expect(new Set(corruptions.map(({ name }) => name)).size).toBe(19);
  expect(corruptions.filter(({ isHeldOut }) => isHeldOut).map(({ name }) => name)).toEqual([
    'speckle-noise',
    'gaussian-blur',
    'spatter',
    'saturate',
  ]);
});
