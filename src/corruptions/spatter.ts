import { at, defineCorruption, drawValues } from './corruption.js';
import { distanceToEdges, findEdges } from './edges.js';
import { gaussianFilter } from './gaussian-filter.js';
import { float32ToBytes, type PixelImage, reflect, toUnit32 } from './image.js';

const settings = [
  { mean: 0.62, deviation: 0.1, sigma: 0.7, threshold: 0.7, strength: 0.5, kind: 'water' },
  { mean: 0.65, deviation: 0.1, sigma: 0.8, threshold: 0.7, strength: 0.5, kind: 'water' },
  { mean: 0.65, deviation: 0.3, sigma: 1, threshold: 0.69, strength: 0.5, kind: 'water' },
  { mean: 0.65, deviation: 0.1, sigma: 0.7, threshold: 0.69, strength: 0.6, kind: 'mud' },
  { mean: 0.65, deviation: 0.1, sigma: 0.5, threshold: 0.68, strength: 0.6, kind: 'mud' },
] as const;

/** Of red, green and blue; grey images get their mean. */
const colours = { water: [175, 238, 238], mud: [63, 42, 20] } as const;

/** Drops of water, or splashes of mud from severity 4 on. */
export const spatter = defineCorruption<{ readonly normal: ArrayLike<number> }>({
  name: 'spatter',
  family: 'weather',
  isHeldOut: true,
  draw: (random, { height, width }) => ({
    normal: drawValues(height * width, random.normal),
  }),
  apply(image, severity, { normal }) {
    const { mean, deviation, sigma, threshold, strength, kind } = at(settings, severity);
    const shape = { ...image, channels: 1 };
    const drawn = new Float64Array(normal).map((value) => mean + deviation * value);
    const liquid = gaussianFilter(drawn, shape, { sigma }).map((value) =>
      value < threshold ? 0 : value,
    );
    const values = toUnit32(image);
    const { channels } = image;
    const colour = colourOf(kind, channels);
    const share =
      kind === 'water'
        ? waterShare(liquid, image, strength)
        : mudShare(liquid, image, { threshold, sigma: strength });
    return float32ToBytes(
      values.map((value, index) => {
        const covered = share[Math.floor(index / channels)] as number;
        const under = kind === 'water' ? value : Math.fround(value * (1 - covered));
        return under + covered * (colour[index % channels] as number);
      }),
    );
  },
});

function colourOf(kind: keyof typeof colours, channels: number): readonly number[] {
  const colour = colours[kind].map((value) => value / 255);
  return channels === 3 ? colour : [colour.reduce((sum, value) => sum + value, 0) / 3];
}

/** How much of each pixel is water: most beside the edges of a drop. A picture without water stays as it is. */
function waterShare(liquid: Float64Array, image: PixelImage, strength: number): Float32Array {
  const { height, width } = image;
  const shape = { height, width };
  const bytes = Uint8Array.from(liquid, (value) => value * 255);
  const distance = distanceToEdges(findEdges(bytes, shape), shape).map((value) =>
    Math.min(20, value),
  );
  const even = equalise(Uint8Array.from(meanOfNine(distance, shape)));
  const lit = correlateBytes(even, shape, relief);
  const soft = meanOfNine(Float32Array.from(lit), shape).map(roundHalfEven);
  const product = Float32Array.from(bytes, (value, index) => value * (soft[index] as number));
  const most = product.reduce((largest, value) => Math.max(largest, value), 0);
  return product.map((value) => (most === 0 ? 0 : Math.fround(value / most) * strength));
}

/** How much of each pixel is mud. */
function mudShare(
  liquid: Float64Array,
  image: PixelImage,
  { threshold, sigma }: { readonly threshold: number; readonly sigma: number },
): Float64Array {
  const wet = liquid.map((value) => (value > threshold ? 1 : 0));
  const share = gaussianFilter(wet, { ...image, channels: 1 }, { sigma });
  return share.map((value) => (value < 0.8 ? 0 : value));
}

interface PlaneShape {
  readonly height: number;
  readonly width: number;
}

/** Light from above and to the left. */
const relief = [-2, -1, 0, -1, 1, 1, 0, 1, 2];

function correlateBytes(values: Uint8Array, shape: PlaneShape, kernel: readonly number[]) {
  return new Uint8ClampedArray(correlateNine(values, shape, kernel));
}

function meanOfNine(values: ArrayLike<number>, shape: PlaneShape): Float64Array {
  return correlateNine(values, shape, Array<number>(9).fill(1)).map((sum) => sum / 9);
}

/** Borders mirror without their edge pixel. */
function correlateNine(
  values: ArrayLike<number>,
  { height, width }: PlaneShape,
  kernel: readonly number[],
): Float64Array {
  const result = new Float64Array(height * width);
  for (let y = 0, index = 0; y < height; y++) {
    const rows = [-1, 0, 1].map((down) => reflect(y + down, height) * width);
    for (let x = 0; x < width; x++, index++) {
      const [left, right] = [reflect(x - 1, width), reflect(x + 1, width)];
      let sum = 0;
      for (let row = 0; row < 3; row++) {
        const at = rows[row] as number;
        sum += (kernel[3 * row] as number) * (values[at + left] as number);
        sum += (kernel[3 * row + 1] as number) * (values[at + x] as number);
        sum += (kernel[3 * row + 2] as number) * (values[at + right] as number);
      }
      result[index] = sum;
    }
  }
  return result;
}

/** Spreads the levels evenly. Source: cv2.equalizeHist. */
function equalise(values: Uint8Array): Uint8Array {
  const counts = new Int32Array(256);
  for (const value of values) counts[value] = (counts[value] as number) + 1;
  const first = counts.findIndex((count) => count > 0);
  const rest = values.length - (counts[first] as number);
  if (rest === 0) return values;
  const scale = Math.fround(255 / rest);
  let sum = 0;
  const levels = Uint8ClampedArray.from(counts, (count, level) => {
    if (level <= first) return 0;
    sum += count;
    return roundHalfEven(Math.fround(sum * scale));
  });
  return values.map((value) => levels[value] as number);
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
