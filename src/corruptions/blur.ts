import { at, defineCorruption, drawValues, type Severity } from './corruption.js';
import { gaussianFilter } from './gaussian-filter.js';
import { float32ToBytes, type PixelShape, reflect, toBytes, toUnit, toUnit32 } from './image.js';
import { motionFilter } from './motion-filter.js';
import { clippedZoom } from './zoom.js';

export const gaussianBlur = defineCorruption({
  name: 'gaussian-blur',
  family: 'blur',
  isHeldOut: true,
  apply(image, severity) {
    const sigma = at([0.4, 0.6, 0.7, 0.8, 1], severity);
    return toBytes(gaussianFilter(toUnit(image), image, { sigma }));
  },
});

const glassSettings = [
  { sigma: 0.05, passes: 1 },
  { sigma: 0.25, passes: 1 },
  { sigma: 0.4, passes: 1 },
  { sigma: 0.25, passes: 2 },
  { sigma: 0.4, passes: 2 },
];

/** Rows and columns that glass leaves alone: the first two, as in the reference. */
const glassMargin = 2;

/**
 * Blurs, lets each pixel take the place of itself or of a neighbour above and to the left, and blurs again.
 * Source: the reference, whose exchange of two pixels only copies the one.
 */
export const glassBlur = defineCorruption<{ readonly steps: ArrayLike<number> }>({
  name: 'glass-blur',
  family: 'blur',
  draw(random, { height, width }, severity) {
    const { passes } = at(glassSettings, severity);
    const places = Math.max(0, height - glassMargin) * Math.max(0, width - glassMargin);
    const length = 2 * places * passes;
    return { steps: drawValues(length, () => (random.uniform() < 0.5 ? -1 : 0)) };
  },
  apply(image, severity, { steps }) {
    const { sigma, passes } = at(glassSettings, severity);
    const pixels = toBytes(gaussianFilter(toUnit(image), image, { sigma }));
    displace(pixels, image, { passes, steps });
    return toBytes(gaussianFilter(toUnit({ ...image, pixels }), image, { sigma }));
  },
});

/** @param steps across and down, by pass, row from the last on, and column from the last on. */
function displace(
  pixels: Uint8Array,
  { height, width, channels }: PixelShape,
  { passes, steps }: { readonly passes: number; readonly steps: ArrayLike<number> },
): void {
  let used = 0;
  for (let pass = 0; pass < passes; pass++) {
    for (let y = height - 1; y >= glassMargin; y--) {
      for (let x = width - 1; x >= glassMargin; x--) {
        const [across = 0, down = 0] = [steps[used], steps[used + 1]];
        used += 2;
        const from = ((y + down) * width + x + across) * channels;
        pixels.copyWithin((y * width + x) * channels, from, from + channels);
      }
    }
  }
}

const defocusSettings = [
  { radius: 0.3, sigma: 0.4 },
  { radius: 0.4, sigma: 0.5 },
  { radius: 0.5, sigma: 0.6 },
  { radius: 1, sigma: 0.2 },
  { radius: 1.5, sigma: 0.1 },
];

/** Formula: each pixel becomes a disk, blurred over 3 x 3 pixels; borders mirror without their edge pixel. */
export const defocusBlur = defineCorruption({
  name: 'defocus-blur',
  family: 'blur',
  apply(image, severity) {
    const { height, width, channels } = image;
    const values = toUnit(image);
    const sums = new Float64Array(values.length);
    // Tap by tap: of each pixel they are added up in the same order.
    for (const { down, right, weight } of defocusTaps(severity)) {
      const columns = Int32Array.from({ length: width }, (_, x) => reflect(x + right, width));
      for (let y = 0, index = 0; y < height; y++) {
        const row = reflect(y + down, height) * width;
        for (let x = 0; x < width; x++) {
          const from = (row + (columns[x] as number)) * channels;
          for (let channel = 0; channel < channels; channel++, index++) {
            sums[index] = (sums[index] as number) + weight * (values[from + channel] as number);
          }
        }
      }
    }
    return toBytes(sums);
  },
});

/** The kernel without its zeros, in float32 as the reference has it. */
function defocusTaps(severity: Severity) {
  const { radius, sigma } = at(defocusSettings, severity);
  const edge = Math.exp(-1 / (2 * sigma * sigma));
  const line = [edge / (1 + 2 * edge), 1 / (1 + 2 * edge), edge / (1 + 2 * edge)];
  const inDisk = (y: number, x: number) => y * y + x * x <= radius * radius;
  const reach = Math.floor(radius);
  const places = Array.from({ length: 2 * reach + 3 }, (_, at) => at - reach - 1);
  const size = places.flatMap((y) => places.filter((x) => inDisk(y, x))).length;
  return places
    .flatMap((down) =>
      places.map((right) => {
        let weight = 0;
        for (const dy of [-1, 0, 1]) {
          for (const dx of [-1, 0, 1]) {
            const share = (line[dy + 1] as number) * (line[dx + 1] as number);
            if (inDisk(down + dy, right + dx)) weight += share / size;
          }
        }
        return { down, right, weight: Math.fround(weight) };
      }),
    )
    .filter(({ weight }) => weight > 0);
}

const motionSettings = [
  { radius: 6, sigma: 1 },
  { radius: 6, sigma: 1.5 },
  { radius: 6, sigma: 2 },
  { radius: 8, sigma: 2 },
  { radius: 9, sigma: 2.5 },
];

/** Range: angles from -45 to 45 degrees. */
export const motionBlur = defineCorruption<{ readonly angle: number }>({
  name: 'motion-blur',
  family: 'blur',
  draw: (random) => ({ angle: 90 * random.uniform() - 45 }),
  apply: (image, severity, { angle }) =>
    motionFilter(image, { ...at(motionSettings, severity), angle }),
});

/** Formula: (x + sum of zooms by 1, 1.01, ... to below c) / (1 + their number), in float32. */
export const zoomBlur = defineCorruption({
  name: 'zoom-blur',
  family: 'blur',
  apply(image, severity) {
    const values = toUnit32(image);
    const factors = zoomFactors(at([1.06, 1.11, 1.16, 1.21, 1.26], severity));
    const sum = new Float32Array(values.length);
    for (const factor of factors) addTo(sum, clippedZoom(values, image, factor));
    return float32ToBytes(
      sum.map((value, index) =>
        Math.fround(Math.fround((values[index] as number) + value) / (factors.length + 1)),
      ),
    );
  },
});

/** As NumPy's `arange(1, end, 0.01)` counts: two of the five include their end, by rounding. */
function zoomFactors(end: number): number[] {
  const step = 1 + 0.01 - 1;
  return Array.from({ length: Math.ceil((end - 1) / 0.01) }, (_, i) => 1 + i * step);
}

function addTo(sum: Float32Array, more: Float32Array): void {
  for (let index = 0; index < sum.length; index++) {
    sum[index] = (sum[index] as number) + (more[index] as number);
  }
}
