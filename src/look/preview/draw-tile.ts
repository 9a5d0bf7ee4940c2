import type { Bitmap } from '../../drawing/bitmap.js';
import type { ImageShape, ValueRange } from '../../stages/stage.js';
import type { PlacedImages } from '../inspection/inspect-pipeline.js';
import { withRounding } from '../inspection/value-statistics.js';

type Colour = readonly [red: number, green: number, blue: number];

/** Stripes over what cannot be shown. Colours that colour-blind readers tell apart (Okabe and Ito). */
export const markColours = {
  above: [230, 126, 0],
  below: [64, 160, 240],
  notFinite: [204, 0, 153],
} as const satisfies Readonly<Record<string, Colour>>;

type Mark = keyof typeof markColours;

/** One image's values. Shape: float32 [H, W, C], flat. */
export interface TileImage {
  readonly values: Float32Array;
  readonly shape: ImageShape;
}

/** Returns one of the images at a place of a pipeline. */
export function imageAt({ values, shape }: PlacedImages, index: number): TileImage {
  const size = shape.height * shape.width * shape.channels;
  return { values: values.subarray(index * size, (index + 1) * size), shape };
}

/**
 * Draws one image enlarged to fit a square, without smoothing. `shown` goes from black to white; a pixel with a value
 * outside of it shows the nearest end and carries diagonal stripes, as cameras mark what is overexposed.
 * One channel is grey, two are red and green; of more than three the first three are drawn.
 */
export function drawTile(image: TileImage, shown: ValueRange, side: number): Bitmap {
  const { height, width } = image.shape;
  const scale = side / Math.max(height, width);
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const pixels = new Uint8Array(size.width * size.height * 4);
  const room = withRounding(shown);
  for (let y = 0; y < size.height; y++) {
    const row = Math.min(height - 1, Math.floor((y * height) / size.height));
    for (let x = 0; x < size.width; x++) {
      const column = Math.min(width - 1, Math.floor((x * width) / size.width));
      const values = pixelAt(image, row, column);
      const mark = markAt(x, y, findMarks(values, room));
      const colour = mark ? markColours[mark] : toColour(values, shown);
      pixels.set([...colour, 255], (y * size.width + x) * 4);
    }
  }
  return { ...size, pixels };
}

/** Tells whether {@link drawTile} puts stripes on an image. */
export function hasMarks({ values }: TileImage, shown: ValueRange): boolean {
  return findMarks(values, withRounding(shown)).length > 0;
}

function pixelAt({ values, shape }: TileImage, row: number, column: number): Float32Array {
  const start = (row * shape.width + column) * shape.channels;
  return values.subarray(start, start + Math.min(shape.channels, 3));
}

function findMarks(values: Float32Array, [low, high]: ValueRange): Mark[] {
  if (values.some((value) => !Number.isFinite(value))) return ['notFinite', 'notFinite'];
  const marks: Mark[] = [];
  if (values.some((value) => value > high)) marks.push('above');
  if (values.some((value) => value < low)) marks.push('below');
  return marks;
}

/** Stripes two pixels wide, one in six pixels; of two marks each has every second stripe. */
function markAt(x: number, y: number, marks: readonly Mark[]): Mark | undefined {
  const stripe = (x + y) % 12;
  if (stripe < 2) return marks[0];
  return stripe >= 6 && stripe < 8 ? (marks[1] ?? marks[0]) : undefined;
}

function toColour(values: Float32Array, [low, high]: ValueRange): Colour {
  const [first = 0, second, third] = Array.from(values, (value) =>
    Math.round(Math.min(Math.max((value - low) / (high - low), 0), 1) * 255),
  );
  if (second === undefined) return [first, first, first];
  return [first, second, third ?? 0];
}
