import { at, defineCorruption } from './corruption.js';
import type { PixelImage } from './image.js';

/** Makes an image smaller and larger again. Source: Pillow's resize with BOX, in its whole numbers. */
export const pixelate = defineCorruption({
  name: 'pixelate',
  family: 'digital',
  apply(image, severity) {
    const { height, width } = image;
    const factor = at([0.95, 0.9, 0.85, 0.75, 0.65], severity);
    const small = resizeByBox(image, {
      height: Math.max(1, Math.floor(height * factor)),
      width: Math.max(1, Math.floor(width * factor)),
    });
    return resizeByBox(small, { height, width }).pixels;
  },
});

/** Bits after the point of a weight. */
const precision = 22;

/** The input pixels of one output pixel. */
interface Window {
  readonly first: number;
  readonly weights: readonly number[];
}

function resizeByBox(image: PixelImage, to: { height: number; width: number }): PixelImage {
  const { height, width, channels } = image;
  const across = resizeLines(image.pixels, {
    windows: listWindows(width, to.width),
    lines: height,
    length: width,
    inner: channels,
  });
  const pixels = resizeLines(across, {
    windows: listWindows(height, to.height),
    lines: 1,
    length: height,
    inner: to.width * channels,
  });
  return { ...to, channels, pixels };
}

/** Resizes the middle axis. Shape: [lines, length, inner] to [lines, windows, inner]. */
function resizeLines(
  pixels: Uint8Array,
  axis: { windows: readonly Window[]; lines: number; length: number; inner: number },
): Uint8Array {
  const { windows, lines, length, inner } = axis;
  const result = new Uint8Array(lines * windows.length * inner);
  for (let line = 0, to = 0; line < lines; line++) {
    for (const { first, weights } of windows) {
      const from = (line * length + first) * inner;
      for (let c = 0; c < inner; c++, to++) {
        let sum = 1 << (precision - 1);
        for (let i = 0; i < weights.length; i++) {
          sum += (pixels[from + i * inner + c] as number) * (weights[i] as number);
        }
        result[to] = Math.min(255, Math.max(0, sum >> precision));
      }
    }
  }
  return result;
}

const known = new Map<string, readonly Window[]>();

function listWindows(from: number, to: number): readonly Window[] {
  const key = `${from}/${to}`;
  const windows =
    known.get(key) ?? Array.from({ length: to }, (_, at) => createWindow(at, from, from / to));
  known.set(key, windows);
  return windows;
}

function createWindow(at: number, length: number, scale: number): Window {
  const filter = Math.max(scale, 1);
  const centre = (at + 0.5) * scale;
  const first = Math.max(0, Math.trunc(centre - filter / 2 + 0.5));
  const end = Math.min(length, Math.trunc(centre + filter / 2 + 0.5));
  const raw = Array.from({ length: end - first }, (_, i) => {
    const distance = (i + first - centre + 0.5) / filter;
    return distance > -0.5 && distance <= 0.5 ? 1 : 0;
  });
  const sum = raw.reduce<number>((total, weight) => total + weight, 0);
  return { first, weights: raw.map((weight) => Math.round((weight / sum) * 2 ** precision)) };
}
