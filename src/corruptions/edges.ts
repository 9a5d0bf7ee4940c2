import { clamp } from './image.js';

interface PlaneShape {
  readonly height: number;
  readonly width: number;
}

/** Gradients below count for nothing, above for an edge, between where an edge goes on. */
const lowGradient = 50;
const highGradient = 150;

/** Tangent of 22.5 degrees, with 15 bits after the point. */
const tangent = 13573;

/**
 * Finds edges: 1 where there is one.
 * Source: Canny 1986 as cv2.Canny(image, 50, 150) computes it: Sobel gradients, their sizes as |dx| + |dy|.
 */
export function findEdges(values: Uint8Array, { height, width }: PlaneShape): Uint8Array {
  const [across, down] = sobel(values, { height, width });
  const sizeAt = (y: number, x: number) =>
    y < 0 || x < 0 || y >= height || x >= width
      ? 0
      : Math.abs(across[y * width + x] as number) + Math.abs(down[y * width + x] as number);
  const weak = new Uint8Array(values.length);
  const edges = new Uint8Array(values.length);
  const open: number[] = [];
  for (let y = 0, index = 0; y < height; y++) {
    for (let x = 0; x < width; x++, index++) {
      const size = sizeAt(y, x);
      if (size <= lowGradient) continue;
      const [dy, dx, orEqual] = directionOf(across[index] as number, down[index] as number);
      const after = sizeAt(y + dy, x + dx);
      if (size <= sizeAt(y - dy, x - dx) || size < after || (!orEqual && size === after)) continue;
      weak[index] = 1;
      if (size <= highGradient) continue;
      edges[index] = 1;
      open.push(index);
    }
  }
  return followEdges(edges, { weak, open, shape: { height, width } });
}

/** The neighbour across an edge, and whether it may be as strong. */
function directionOf(dx: number, dy: number): readonly [number, number, boolean] {
  const flat = Math.abs(dx) * tangent;
  const steep = Math.abs(dy) * 2 ** 15;
  if (steep < flat) return [0, 1, true];
  if (steep > flat + Math.abs(dx) * 2 ** 16) return [1, 0, true];
  return [1, (dx ^ dy) < 0 ? -1 : 1, false];
}

function sobel(values: Uint8Array, { height, width }: PlaneShape): [Int32Array, Int32Array] {
  const across = new Int32Array(values.length);
  const down = new Int32Array(values.length);
  for (let y = 0, index = 0; y < height; y++) {
    const rows = [-1, 0, 1].map((dy) => clamp(y + dy, height) * width);
    for (let x = 0; x < width; x++, index++) {
      const read = (row: number, dx: number) =>
        values[(rows[row] as number) + clamp(x + dx, width)] as number;
      const column = (dx: number) => read(0, dx) + 2 * read(1, dx) + read(2, dx);
      const line = (row: number) => read(row, -1) + 2 * read(row, 0) + read(row, 1);
      across[index] = column(1) - column(-1);
      down[index] = line(2) - line(0);
    }
  }
  return [across, down];
}

function followEdges(
  edges: Uint8Array,
  { weak, open, shape }: { weak: Uint8Array; open: number[]; shape: PlaneShape },
): Uint8Array {
  const { height, width } = shape;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const [y, x] = [Math.floor(index / width), index % width];
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const next = row * width + column;
        if (!weak[next] || edges[next]) continue;
        edges[next] = 1;
        open.push(next);
      }
    }
  }
  return edges;
}

/** Lengths of steps with 16 bits after the point: to a side, a diagonal, and a knight's move. */
const steps = {
  side: 65536,
  diagonal: Math.round(1.4 * 65536),
  knight: Math.round(2.1969 * 65536),
};

/** By how much each neighbour that lies before a pixel is away; those after it are the same, turned around. */
const before = [
  [-1, 0, steps.side],
  [0, -1, steps.side],
  [-1, -1, steps.diagonal],
  [-1, 1, steps.diagonal],
  [-2, -1, steps.knight],
  [-2, 1, steps.knight],
  [-1, -2, steps.knight],
  [-1, 2, steps.knight],
] as const;

/**
 * Returns how far each pixel is from an edge, in pixels; without an edge, more than any image is wide.
 * Source: Borgefors 1986, as cv2.distanceTransform(DIST_L2, 5).
 */
export function distanceToEdges(edges: Uint8Array, { height, width }: PlaneShape): Float32Array {
  const far = 2 ** 30;
  const distances = Float64Array.from(edges, (edge) => (edge ? 0 : far));
  const visit = (index: number, direction: 1 | -1) => {
    const [y, x] = [Math.floor(index / width), index % width];
    for (const [dy, dx, length] of before) {
      const [row, column] = [y + direction * dy, x + direction * dx];
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      const through = (distances[row * width + column] as number) + length;
      distances[index] = Math.min(distances[index] as number, through);
    }
  };
  for (let index = 0; index < distances.length; index++) visit(index, 1);
  for (let index = distances.length - 1; index >= 0; index--) visit(index, -1);
  return Float32Array.from(distances, (distance) => distance / 65536);
}
