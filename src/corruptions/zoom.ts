import type { PixelShape, Values } from './image.js';

/** How the pixels of one axis come of those of a crop. */
interface Axis {
  /** Places of the two neighbours of each pixel, in the whole image. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Share of the second. */
  readonly share: Float64Array;
}

const axes = new Map<string, Axis>();

/**
 * Enlarges the middle of an image, and cuts it back to its size.
 * Shape: [H, W, C], kept; the result has the precision of the values.
 * Formula: of n pixels the middle ceil(n / f) are enlarged to round(f ceil(n / f)), corners on corners, bilinear.
 * Source: clipped_zoom of the reference, over scipy.ndimage.zoom of order 1.
 */
export function clippedZoom<Of extends Values>(values: Of, shape: PixelShape, factor: number): Of {
  const { height, width, channels } = shape;
  const [rows, columns] = [axisOf(height, factor), axisOf(width, factor)];
  const result = values.slice() as Of;
  for (let y = 0, index = 0; y < height; y++) {
    const above = (rows.from[y] as number) * width;
    const below = (rows.to[y] as number) * width;
    const down = rows.share[y] as number;
    for (let x = 0; x < width; x++) {
      const [left, right] = [columns.from[x] as number, columns.to[x] as number];
      const across = columns.share[x] as number;
      const [topLeft, topRight] = [(above + left) * channels, (above + right) * channels];
      const [lowLeft, lowRight] = [(below + left) * channels, (below + right) * channels];
      for (let c = 0; c < channels; c++, index++) {
        const top =
          (1 - across) * (values[topLeft + c] as number) +
          across * (values[topRight + c] as number);
        const low =
          (1 - across) * (values[lowLeft + c] as number) +
          across * (values[lowRight + c] as number);
        result[index] = (1 - down) * top + down * low;
      }
    }
  }
  return result;
}

function axisOf(length: number, factor: number): Axis {
  const key = `${length}/${factor}`;
  const known = axes.get(key);
  if (known) return known;
  const cropped = Math.ceil(length / factor);
  const first = Math.floor((length - cropped) / 2);
  const enlarged = roundHalfEven(cropped * factor);
  const trimmed = Math.floor((enlarged - length) / 2);
  const scale = enlarged > 1 ? (cropped - 1) / (enlarged - 1) : 0;
  const axis: Axis = {
    from: new Int32Array(length),
    to: new Int32Array(length),
    share: new Float64Array(length),
  };
  for (let at = 0; at < length; at++) {
    const place = (trimmed + at) * scale;
    const before = Math.min(cropped - 1, Math.floor(place));
    axis.from[at] = first + before;
    axis.to[at] = first + Math.min(cropped - 1, before + 1);
    axis.share[at] = place - before;
  }
  axes.set(key, axis);
  return axis;
}

/** As Python's `round`. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
