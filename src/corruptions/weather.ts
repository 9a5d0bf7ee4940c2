import { at, defineCorruption, drawValues } from './corruption.js';
import { float32ToBytes, type PixelImage, toBytes, toUnit, toUnit32 } from './image.js';
import { motionFilter } from './motion-filter.js';
import { plasma, plasmaDrawCount, plasmaSide } from './plasma.js';
import type { RandomSource } from './random-source.js';
import { clippedZoom } from './zoom.js';

const fogSettings = [
  { amount: 0.2, decay: 3 },
  { amount: 0.5, decay: 3 },
  { amount: 0.75, decay: 2.5 },
  { amount: 1, decay: 2 },
  { amount: 1.5, decay: 1.75 },
];

/** Formula: (x + c p) m / (m + c), p a map of heights, m the brightest value. */
export const fog = defineCorruption<{ readonly uniform: ArrayLike<number> }>({
  name: 'fog',
  family: 'weather',
  draw(random, { height, width }) {
    const length = plasmaDrawCount(plasmaSide(Math.max(height, width)));
    return { uniform: drawValues(length, () => 2 * random.uniform() - 1) };
  },
  apply(image, severity, { uniform }) {
    const { amount, decay } = at(fogSettings, severity);
    const { height, width, channels } = image;
    const side = plasmaSide(Math.max(height, width));
    const map = plasma(side, decay, uniform);
    const values = toUnit(image);
    const brightest = values.reduce((most, value) => Math.max(most, value), 0);
    return toBytes(
      values.map((value, index) => {
        const pixel = Math.floor(index / channels);
        const thick = map[Math.floor(pixel / width) * side + (pixel % width)] as number;
        return ((value + amount * thick) * brightest) / (brightest + amount);
      }),
    );
  },
});

/** A layer of ice. Shape: as the image. Range: 0..255. */
export interface FrostDraws {
  readonly ice: ArrayLike<number>;
}

/**
 * Ice over a darker image. The reference cuts its ice out of five photographs, which are not ours to pass on. Ours is a
 * texture with their mean, their deviation from cut to cut and from pixel to pixel, their likeness of neighbours and their tint.
 * Formula: c x + d ice.
 */
export const frost = defineCorruption<FrostDraws>({
  name: 'frost',
  family: 'weather',
  draw: (random, image) => ({ ice: drawIce(random, image) }),
  apply(image, severity, { ice }) {
    const settings = [
      [1, 0.2],
      [1, 0.3],
      [0.9, 0.4],
      [0.85, 0.4],
      [0.75, 0.45],
    ] as const;
    const [kept, added] = at(settings, severity);
    return image.pixels.map((value, index) =>
      Math.min(255, kept * value + added * (ice[index] ?? 0)),
    );
  },
});

/** Of the photographs' cuts: mean, deviation of the means, deviation within a cut, share of it that neighbours have in common. */
const iceMean = 148;
const iceMeanDeviation = 41;
const iceDeviation = 39;
const iceShared = 0.3;
/** Added to red, green and blue. */
const iceTint = [-6, 0, 6];

function drawIce(random: RandomSource, { height, width, channels }: PixelImage): Uint8Array {
  const mean = iceMean + iceMeanDeviation * random.normal();
  const fine = drawValues((height + 1) * (width + 1), random.normal);
  const [shared, own] = [Math.sqrt(iceShared), Math.sqrt(1 - iceShared)];
  const ice = new Uint8ClampedArray(height * width * channels);
  for (let y = 0, index = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (width + 1) + x;
      const corners = [at, at + 1, at + width + 1, at + width + 2];
      const smooth = corners.reduce((sum, corner) => sum + (fine[corner] as number), 0) / 2;
      const value = mean + iceDeviation * (shared * smooth + own * random.normal());
      for (let channel = 0; channel < channels; channel++, index++) {
        ice[index] = value + (channels === 3 ? (iceTint[channel] as number) : 0);
      }
    }
  }
  return new Uint8Array(ice.buffer);
}

const snowSettings = [
  { mean: 0.1, deviation: 0.2, zoom: 1, threshold: 0.6, radius: 8, sigma: 3, kept: 0.95 },
  { mean: 0.1, deviation: 0.2, zoom: 1, threshold: 0.5, radius: 10, sigma: 4, kept: 0.9 },
  { mean: 0.15, deviation: 0.3, zoom: 1.75, threshold: 0.55, radius: 10, sigma: 4, kept: 0.9 },
  { mean: 0.25, deviation: 0.3, zoom: 2.25, threshold: 0.6, radius: 12, sigma: 6, kept: 0.85 },
  { mean: 0.3, deviation: 0.3, zoom: 1.25, threshold: 0.65, radius: 14, sigma: 12, kept: 0.8 },
];

export interface SnowDraws {
  /** One draw a pixel. */
  readonly normal: ArrayLike<number>;
  /** Of the fall, in degrees: -135 to -45. */
  readonly angle: number;
}

/** A paler image under flakes that fall, once as drawn and once turned around. */
export const snow = defineCorruption<SnowDraws>({
  name: 'snow',
  family: 'weather',
  draw: (random, { height, width }) => ({
    normal: drawValues(height * width, random.normal),
    angle: 90 * random.uniform() - 135,
  }),
  apply(image, severity, draws) {
    const { kept } = at(snowSettings, severity);
    const { channels } = image;
    const flakes = createFlakes(image, at(snowSettings, severity), draws);
    const values = toUnit32(image);
    return float32ToBytes(
      values.map((value, index) => {
        const pixel = Math.floor(index / channels);
        const grey = greyOf(values, pixel * channels, channels);
        const pale = Math.fround(Math.fround(grey * 1.5) + 0.5);
        const paler = kept * value + (1 - kept) * Math.max(value, pale);
        const turned = flakes[flakes.length - 1 - pixel] as number;
        return paler + (flakes[pixel] as number) / 255 + turned / 255;
      }),
    );
  },
});

function createFlakes(
  { height, width }: PixelImage,
  setting: (typeof snowSettings)[number],
  { normal, angle }: SnowDraws,
): Uint8Array {
  const { mean, deviation, zoom, threshold } = setting;
  const shape = { height, width, channels: 1 };
  const layer = new Float64Array(normal).map((value) => mean + deviation * value);
  const large = clippedZoom(layer, shape, zoom);
  const pixels = toBytes(large.map((value) => (value < threshold ? 0 : value)));
  return motionFilter({ ...shape, pixels }, { ...setting, angle });
}

/** Of the pixel that begins at a place. Source: OpenCV's weights. */
function greyOf(values: Float32Array, at: number, channels: number): number {
  const red = values[at] as number;
  if (channels === 1) return red;
  return 0.299 * red + 0.587 * (values[at + 1] as number) + 0.114 * (values[at + 2] as number);
}
