import type { Cifar10 } from '#prep-lab/cifar10/dataset.js';
import { type Bitmap, placeBitmap } from '#prep-lab/drawing/bitmap.js';
import { rasteriseSvg } from '#prep-lab/drawing/rasterise-svg.js';
import { fitText, grey, renderText } from '#prep-lab/drawing/svg-text.js';
import { shippedCatalogue } from '#prep-lab/experiment/catalogue.js';
import { parseExperiment } from '#prep-lab/experiment/parse-experiment.js';
import { renderPipeline } from '#prep-lab/experiment/pipeline-summary.js';
import { createPreview, type PreviewColumn } from '#prep-lab/look/preview/create-preview.js';
import { drawTile, imageAt } from '#prep-lab/look/preview/draw-tile.js';

/** Where the sheet lies, from the repository's root. */
export const sheetFile = 'docs/images/stages.png';

/** Of CIFAR-10's training set: a horse, a car, a bird and a ship. */
const indices = [7, 4, 6, 8];

/** What whitening learns of whole images takes half a minute: these are made small before. */
const small = { name: 'resize', height: 16, width: 16 };
const shrunk: readonly string[] = ['zca', 'pca-whitening'];

/** A stage's part of the sheet. */
export interface SheetCell {
  readonly name: string;
  /** What was chosen, where something was. */
  readonly options: string;
  readonly images: PreviewColumn;
}

/** Puts the sheet's images through each shipped stage, with its first example's options. The engine must run. */
export function createStageSheet(data: Cifar10): SheetCell[] {
  const catalogue = shippedCatalogue();
  return catalogue.stages.map(({ name, options, create }): SheetCell => {
    const [stage = { name }] = (options.meta()?.examples ?? []) as { name: string }[];
    const { expects } = create(options.parse(stage) as never);
    const before = [
      ...(expects?.[1] === 1 ? [{ name: 'minmax' }] : []),
      ...(shrunk.includes(name) ? [small] : []),
    ];
    const experiment = parseExperiment({
      name: 'sheet',
      model: 'baseline',
      preprocessing: [...before, stage],
    } as never);
    const preview = createPreview(experiment, {
      catalogue,
      data,
      seed: 0,
      images: indices,
      draws: 1,
    });
    const images = preview.columns.at(-1);
    if (!images) throw new Error(`The preview of ${name} is empty.`);
    const summary = renderPipeline(experiment.preprocessing.slice(before.length), catalogue);
    const chosen = summary.slice(name.length).replace('valueRange [0,1]', '').trim();
    return { name, options: chosen, images };
  });
}

/** Lengths in units of the sheet. */
const tileSide = 32;
const tileStep = tileSide + 2;
const cellWidth = indices.length * tileStep + 22;
const cellHeight = tileSide + 30;
const columns = 5;

/** Pixels of a unit. */
const zoom = 2;

/** Where a stage's part lies, in pixels, for whoever compares two sheets. */
export function placeOf(cell: number) {
  return {
    x: zoom * (cell % columns) * cellWidth,
    y: zoom * Math.floor(cell / columns) * cellHeight,
    width: zoom * cellWidth,
    height: zoom * cellHeight,
  };
}

/** Draws the sheet: the same cells give the same pixels on every machine. */
export async function drawStageSheet(cells: readonly SheetCell[]): Promise<Bitmap> {
  const width = columns * cellWidth;
  const height = Math.ceil(cells.length / columns) * cellHeight;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...cells.map((cell, index) => renderCell(cell, index)),
    '</svg>',
  ].join('');
  const sheet = await rasteriseSvg(svg, zoom);
  for (const [index, cell] of cells.entries()) placeTiles(sheet, cell, index);
  return sheet;
}

function renderCell({ name, options }: SheetCell, index: number): string {
  const { x, y } = placeOf(index);
  const place = { x: x / zoom + 4, y: y / zoom + 13 };
  const size = 8;
  const [line = ''] = fitText(options, size, { width: cellWidth - 8, most: 1 });
  return [
    renderText(name, { ...place, size: 10, weight: 600 }),
    renderText(line, { ...place, y: place.y + 10, size, colour: grey }),
  ].join('');
}

function placeTiles(sheet: Bitmap, { images }: SheetCell, index: number): void {
  const { x, y } = placeOf(index);
  const [drawn] = images.draws;
  if (!drawn) return;
  for (const place of indices.keys()) {
    const tile = drawTile(imageAt(drawn, place), images.shown, zoom * tileSide);
    placeBitmap(tile, sheet, { x: x + zoom * (4 + place * tileStep), y: y + zoom * 27 });
  }
}
