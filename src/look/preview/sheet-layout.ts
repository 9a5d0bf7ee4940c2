import { estimateWidth } from '../../drawing/svg-text.js';
import { UserError } from '../../user-error.js';
import type { Preview, PreviewColumn } from './create-preview.js';
import { statisticsWidth } from './draw-statistics.js';

export const margin = 28;
const tileGap = 4;

/** Of two lines below each tile. */
const captionHeight = 30;
const columnGap = 20;

/** Pixels of a sheet at most: 160 MB in memory. */
const mostPixels = 40_000_000;

/** Where the parts of a sheet lie. */
export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  readonly tileSide: number;
  /** From the upper edge of a row of images to that of the next. */
  readonly rowHeight: number;
  /** Of what stands before each row. */
  readonly namesWidth: number;
  /** The left edge of each column. */
  readonly columns: readonly number[];
  /** The upper edge of the column titles, of the first row of images and of the statistics. */
  readonly headerY: number;
  readonly imagesY: number;
  readonly statisticsY: number;
}

/**
 * Lays a sheet out: three pixels for one of CIFAR-10's, more room where a stage makes images larger.
 * @throws UserError if the sheet would not fit into memory.
 */
export function layOutSheet(preview: Preview, statisticsHeight: number): SheetLayout {
  const largest = Math.max(
    ...preview.columns.map(({ shape }) => Math.max(shape.height, shape.width)),
  );
  const tileSide = Math.min(256, Math.max(96, largest));
  const columns: number[] = [];
  const namesWidth = computeNamesWidth(preview);
  let x = margin + namesWidth;
  for (const column of preview.columns) {
    columns.push(x);
    x += columnWidth(column, tileSide) + columnGap;
  }
  const isMixed = preview.columns.some(({ draws }) => draws.some(({ labels }) => labels));
  const rowHeight = tileSide + tileGap + (isMixed ? captionHeight : 0);
  const headerY = margin + 92;
  const imagesY = headerY + 54;
  const statisticsY = imagesY + preview.images.length * rowHeight + 28;
  const width = Math.max(x - columnGap, margin + statisticsWidth) + margin;
  const height = statisticsY + statisticsHeight + margin;
  if (width * height > mostPixels) {
    throw new UserError(`The sheet of ${width} x ${height} pixels would be too large.`, {
      hint: 'preview fewer images (--images) or fewer draws (--draws).',
    });
  }
  return { width, height, tileSide, rowHeight, namesWidth, columns, headerY, imagesY, statisticsY };
}

/** As wide as the longest class name takes, within limits. */
function computeNamesWidth({ images }: Preview): number {
  const widths = images.map(({ className }) => estimateWidth(className, 13) + 16);
  return Math.min(240, Math.max(124, ...widths));
}

/** Returns the left edge of a draw's tile within its column. */
export function tileOffset(draw: number, tileSide: number): number {
  return draw * (tileSide + tileGap);
}

/** Returns the upper edge of a row's tiles. */
export function rowTop({ imagesY, rowHeight }: SheetLayout, row: number): number {
  return imagesY + row * rowHeight;
}

function columnWidth({ draws, title }: PreviewColumn, tileSide: number): number {
  const tiles = draws.length * (tileSide + tileGap) - tileGap;
  return Math.max(tiles, Math.min(estimateWidth(title, 13), 180));
}
