import { type Bitmap, placeBitmap } from '../../drawing/bitmap.js';
import { rasteriseSvg } from '../../drawing/rasterise-svg.js';
import { fitText, grey, renderText } from '../../drawing/svg-text.js';
import { renderCountOf, renderRange } from '../../text/quantities.js';
import type { Preview, PreviewColumn } from './create-preview.js';
import { drawStatistics } from './draw-statistics.js';
import { drawTile, imageAt } from './draw-tile.js';
import { layOutSheet, margin, rowTop, type SheetLayout, tileOffset } from './sheet-layout.js';

const legend = [
  { value: 2, text: 'above what is shown' },
  { value: -1, text: 'below' },
  { value: Number.NaN, text: 'not a number' },
] as const;

const legendWidths = [170, 80, 0];
const legendSide = 16;

/** Draws the contact sheet of a preview. The same preview gives the same pixels on every machine. */
export async function drawSheet(preview: Preview): Promise<Bitmap> {
  const { columns, classNames } = preview;
  const measured = drawStatistics(columns, { x: margin, y: 0 });
  const layout = layOutSheet(preview, measured.height);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}">`,
    drawTitle(preview, layout.width - 2 * margin),
    ...columns.map((column, place) => drawColumnTitle(column, layout.columns[place] ?? 0, layout)),
    ...columns.map((column, place) =>
      drawLabels(column, { x: layout.columns[place] ?? 0, layout, classNames }),
    ),
    ...preview.images.map((image, row) =>
      drawRowTitle(image, { top: rowTop(layout, row), width: layout.namesWidth - 16 }),
    ),
    drawStatistics(columns, { x: margin, y: layout.statisticsY }).svg,
    '</svg>',
  ].join('');
  const sheet = await rasteriseSvg(svg);
  placeLegend(sheet);
  for (const [place, column] of columns.entries()) placeTiles(sheet, column, { layout, place });
  return sheet;
}

function drawTitle({ name, seed, draws, columns }: Preview, width: number): string {
  const stages = columns.slice(1).map(({ summary }) => summary.replace(/^\[\d+\] /, ''));
  const [pipeline = ''] = fitText(stages.join(', ') || 'no preprocessing', 14, { width, most: 1 });
  const [title = ''] = fitText(name, 24, { width, most: 1 });
  const drawn =
    draws === 0 ? 'nothing is random' : `${renderCountOf(draws, 'draw')} of seed ${seed}`;
  const legendTexts = legend.map(({ text }, index) =>
    renderText(text, { x: legendX(index) + legendSide + 6, y: margin + 76, size: 12 }),
  );
  return [
    renderText(title, { x: margin, y: margin + 20, size: 24, weight: 600 }),
    renderText(pipeline, { x: margin, y: margin + 46, size: 14, colour: grey }),
    renderText(`training images; ${drawn}`, { x: margin, y: margin + 76, size: 12, colour: grey }),
    ...legendTexts,
  ].join('');
}

function drawColumnTitle(column: PreviewColumn, x: number, layout: SheetLayout): string {
  const y = layout.headerY;
  const [title = ''] = fitText(column.title, 13, { width: 180, most: 1 });
  const numbers = column.draws.length > 1 ? column.draws : [];
  return [
    renderText(title, { x, y: y + 14, size: 13, weight: 600 }),
    renderText(renderRange(column.shown), { x, y: y + 30, size: 11, colour: grey }),
    ...numbers.map((_, draw) =>
      renderText(`draw ${draw + 1}`, {
        x: x + tileOffset(draw, layout.tileSide),
        y: y + 47,
        size: 11,
        colour: grey,
      }),
    ),
  ].join('');
}

/** Below each tile the two largest shares of its label, in percent. */
function drawLabels(
  { draws }: PreviewColumn,
  {
    x,
    layout,
    classNames,
  }: { readonly x: number; readonly layout: SheetLayout; readonly classNames: readonly string[] },
): string {
  const { tileSide } = layout;
  return draws
    .flatMap(({ labels = [] }, draw) =>
      labels.flatMap((shares, row) =>
        renderLabel(shares, classNames).map((text, line) =>
          renderText(text, {
            x: x + tileOffset(draw, tileSide),
            y: rowTop(layout, row) + tileSide + 13 + 12 * line,
            size: 10,
            colour: grey,
          }),
        ),
      ),
    )
    .join('');
}

/** Renders the two largest shares of a label, those of 1 % or more: "cat 70 %", "ship 30 %". */
export function renderLabel(shares: readonly number[], classNames: readonly string[]): string[] {
  return shares
    .map((share, label) => ({ percent: Math.round(100 * share), name: classNames[label] }))
    .filter(({ percent }) => percent > 0)
    .sort((one, other) => other.percent - one.percent)
    .slice(0, 2)
    .map(({ percent, name }) => `${name} ${percent} %`);
}

function drawRowTitle(
  { className, index }: Preview['images'][number],
  { top, width }: { readonly top: number; readonly width: number },
): string {
  const names = fitText(className, 13, { width, most: 3 });
  const y = top + 33 + 17 * (names.length - 1);
  return [
    ...names.map((name, line) =>
      renderText(name, { x: margin, y: top + 16 + 17 * line, size: 13, weight: 600 }),
    ),
    renderText(`image ${index}`, { x: margin, y, size: 12, colour: grey }),
  ].join('');
}

function placeLegend(sheet: Bitmap): void {
  const shape = { height: 1, width: 1, channels: 1 };
  for (const [index, { value }] of legend.entries()) {
    const tile = drawTile({ values: Float32Array.of(value), shape }, [0, 1], legendSide);
    placeBitmap(tile, sheet, { x: legendX(index), y: margin + 64 });
  }
}

function legendX(index: number): number {
  return margin + 330 + legendWidths.slice(0, index).reduce((sum, width) => sum + width, 0);
}

function placeTiles(
  sheet: Bitmap,
  column: PreviewColumn,
  { layout, place }: { readonly layout: SheetLayout; readonly place: number },
): void {
  for (const [draw, images] of column.draws.entries()) {
    for (let row = 0; row < images.count; row++) {
      const tile = drawTile(imageAt(images, row), column.shown, layout.tileSide);
      const x = (layout.columns[place] ?? 0) + tileOffset(draw, layout.tileSide);
      const y = rowTop(layout, row);
      placeBitmap(drawFrame(tile), sheet, { x: x - 1, y: y - 1 });
      placeBitmap(tile, sheet, { x, y });
    }
  }
}

/** A white image would not stand out from the paper. */
function drawFrame({ width, height }: Bitmap): Bitmap {
  const size = { width: width + 2, height: height + 2 };
  const pixels = new Uint8Array(size.width * size.height * 4).fill(200);
  for (let alpha = 3; alpha < pixels.length; alpha += 4) pixels[alpha] = 255;
  return { ...size, pixels };
}
