import { at, defineCorruption } from './corruption.js';
import { clamp, type PixelImage } from './image.js';
import { transformBack, transformBlock } from './jpeg-transform.js';

/**
 * Writes an image as JPEG and reads it again. The coding between loses nothing, and is left out.
 * Source: libjpeg as Pillow calls it: quality, 4:2:0, integer transforms, smooth upsampling; equal to the bit.
 */
export const jpegCompression = defineCorruption({
  name: 'jpeg-compression',
  family: 'digital',
  apply(image, severity) {
    const quality = at([80, 65, 58, 50, 40], severity);
    return image.channels === 1 ? passGrey(image, quality) : passColour(image, quality);
  },
});

/** One component. */
interface Plane {
  readonly height: number;
  readonly width: number;
  readonly values: Uint8Array;
}

function passGrey({ height, width, pixels }: PixelImage, quality: number): Uint8Array {
  const plane = { height, width, values: pixels };
  return passBlocks(plane, scaleTable(luminance, quality)).values;
}

function passColour(image: PixelImage, quality: number): Uint8Array {
  const [bright, blue, red] = splitColours(image) as [Plane, Plane, Plane];
  const table = scaleTable(chrominance, quality);
  const [fullBlue, fullRed] = [blue, red].map((plane) =>
    upsample(passBlocks(downsample(plane), table), plane),
  ) as [Plane, Plane];
  return joinColours(passBlocks(bright, scaleTable(luminance, quality)), fullBlue, fullRed);
}

/** Bits after the point in the change of colours. */
const colourBits = 16;
const half = 1 << (colourBits - 1);
const fixed = (value: number) => Math.round(value * 2 ** colourBits);

function splitColours({ height, width, pixels }: PixelImage): Plane[] {
  const offset = (128 << colourBits) + half - 1;
  const weights = [
    [fixed(0.299), fixed(0.587), fixed(0.114), half],
    [-fixed(0.16874), -fixed(0.33126), fixed(0.5), offset],
    [fixed(0.5), -fixed(0.41869), -fixed(0.08131), offset],
  ] as const;
  return weights.map(([red, green, blue, more]) => {
    const values = new Uint8Array(height * width);
    for (let index = 0, from = 0; index < values.length; index++, from += 3) {
      const [r, g, b] = [pixels[from], pixels[from + 1], pixels[from + 2]] as [
        number,
        number,
        number,
      ];
      values[index] = (red * r + green * g + blue * b + more) >> colourBits;
    }
    return { height, width, values };
  });
}

function joinColours({ height, width, values }: Plane, blue: Plane, red: Plane): Uint8Array {
  const pixels = new Uint8ClampedArray(height * width * 3);
  for (let index = 0, to = 0; index < values.length; index++) {
    const bright = values[index] as number;
    const [cb, cr] = [(blue.values[index] as number) - 128, (red.values[index] as number) - 128];
    pixels[to++] = bright + ((fixed(1.402) * cr + half) >> colourBits);
    const green = -fixed(0.34414) * cb - fixed(0.71414) * cr + half;
    pixels[to++] = bright + (green >> colourBits);
    pixels[to++] = bright + ((fixed(1.772) * cb + half) >> colourBits);
  }
  return new Uint8Array(pixels.buffer);
}

/** Halves both sides: the mean of four, rounded down and up in turn. What is missing at a border is repeated. */
function downsample({ height, width, values }: Plane): Plane {
  const small = { height: Math.ceil(height / 2), width: Math.ceil(width / 2) };
  const result = new Uint8Array(small.height * small.width);
  for (let y = 0, to = 0; y < small.height; y++) {
    const [above, below] = [2 * y * width, clamp(2 * y + 1, height) * width];
    for (let x = 0; x < small.width; x++, to++) {
      const [left, right] = [2 * x, clamp(2 * x + 1, width)];
      const sum =
        (values[above + left] as number) +
        (values[above + right] as number) +
        (values[below + left] as number) +
        (values[below + right] as number);
      result[to] = (sum + 1 + (x & 1)) >> 2;
    }
  }
  return { ...small, values: result };
}

/** Doubles both sides: nearer values count three times as much ("fancy upsampling"). */
function upsample(small: Plane, { height, width }: Pick<Plane, 'height' | 'width'>): Plane {
  const result = new Uint8Array(height * width);
  const column = new Int32Array(small.width);
  for (let y = 0; y < height; y++) {
    const near = (y >> 1) * small.width;
    const far = clamp((y >> 1) + (y & 1 ? 1 : -1), small.height) * small.width;
    for (let x = 0; x < small.width; x++) {
      column[x] = 3 * (small.values[near + x] as number) + (small.values[far + x] as number);
    }
    for (let x = 0; x < width; x++) {
      const here = column[x >> 1] as number;
      const there = column[clamp((x >> 1) + (x & 1 ? 1 : -1), small.width)] as number;
      result[y * width + x] = (3 * here + there + (x & 1 ? 7 : 8)) >> 4;
    }
  }
  return { height, width, values: result };
}

/** Side of a block. */
const side = 8;

/** Rounds each block's frequencies to what the file would hold. */
function passBlocks({ height, width, values }: Plane, table: Int32Array): Plane {
  const result = new Uint8Array(values.length);
  const block = new Int32Array(side * side);
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      for (let i = 0; i < block.length; i++) {
        const [y, x] = [clamp(top + (i >> 3), height), clamp(left + (i & 7), width)];
        block[i] = (values[y * width + x] as number) - 128;
      }
      transformBlock(block);
      quantise(block, table);
      transformBack(block);
      for (let i = 0; i < block.length; i++) {
        const [y, x] = [top + (i >> 3), left + (i & 7)];
        if (y >= height || x >= width) continue;
        result[y * width + x] = Math.min(255, Math.max(0, (block[i] as number) + 128));
      }
    }
  }
  return { height, width, values: result };
}

/** The transform gives eight times the frequencies. */
function quantise(block: Int32Array, table: Int32Array): void {
  for (let i = 0; i < block.length; i++) {
    const [value, step] = [block[i] as number, table[i] as number];
    const steps = Math.trunc((Math.abs(value) + 4 * step) / (8 * step));
    block[i] = (value < 0 ? -steps : steps) * step;
  }
}

/** Source: ITU-T T.81, annex K. */
const luminance = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const chrominance = [
  [17, 18, 24, 47],
  [18, 21, 26, 66],
  [24, 26, 56, 99],
  [47, 66, 99, 99],
].flatMap((row) => [...row, 99, 99, 99, 99]);
chrominance.push(...Array<number>(32).fill(99));

/** Range of the quality: 1 to 100. */
function scaleTable(table: readonly number[], quality: number): Int32Array {
  const percent = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  return Int32Array.from(table, (step) =>
    Math.min(255, Math.max(1, Math.trunc((step * percent + 50) / 100))),
  );
}
