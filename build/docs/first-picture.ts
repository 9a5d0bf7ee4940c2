import type { Dataset } from '#prep-lab/datasets/dataset.js';
import { type Bitmap, placeBitmap } from '#prep-lab/drawing/bitmap.js';
import { rasteriseSvg } from '#prep-lab/drawing/rasterise-svg.js';
import { renderText } from '#prep-lab/drawing/svg-text.js';
import { shippedCatalogue } from '#prep-lab/experiment/catalogue.js';
import { readExperiment } from '#prep-lab/experiment/read-experiment.js';
import { examine } from '#prep-lab/look/checks/list.js';
import { renderAdvice } from '#prep-lab/look/explain/render-explanation.js';
import { inspectStages } from '#prep-lab/look/inspection/inspect-pipeline.js';
import { measurePipeline } from '#prep-lab/look/inspection/measure-pipeline.js';
import { createPreview, type PreviewColumn } from '#prep-lab/look/preview/create-preview.js';
import { drawTile } from '#prep-lab/look/preview/draw-tile.js';
import { readStudyCells } from './study.js';

/** The experiments of the picture, from the top, with what tells them from the one above. */
const shown = [
  { name: 'minmax', tone: 'good', detail: ['images as they are,', 'scaled to 0..1'] },
  { name: 'photometric', tone: 'bad', detail: ['brightness and contrast', 'for images of 0..255'] },
  {
    name: 'photometric-fixed',
    tone: 'good',
    detail: ['brightness and contrast', 'for images of 0..1'],
  },
] as const;

/** Of CIFAR-10's training set: seven of its classes, easy to know at 32 x 32 pixels. */
const indices = [7, 4, 6, 20, 0, 8, 1];

/** What the picture shows. */
export interface FirstPicture {
  readonly rows: readonly PictureRow[];
  /** The file that `explain` was asked about, and its first warning as it prints it, line by line. */
  readonly file: string;
  readonly warning: readonly string[];
}

interface PictureRow {
  readonly name: string;
  readonly tone: 'good' | 'bad';
  readonly detail: readonly string[];
  /** The images as they enter the network. */
  readonly images: PreviewColumn;
  /** As the study's table has it. */
  readonly accuracy: string;
}

/** Puts the picture's images through the real stages. The engine must run. */
export async function createFirstPicture(data: Dataset): Promise<FirstPicture> {
  const accuracies = await readStudyCells();
  const rows = shown.map(async (shownRow): Promise<PictureRow> => {
    const { name } = shownRow;
    const experiment = await readExperiment(`experiments/${name}.json`);
    const options = { catalogue: shippedCatalogue(), data, seed: 0, images: indices, draws: 1 };
    const images = createPreview(experiment, options).columns.at(-1);
    const accuracy = accuracies.get(name)?.['test accuracy'];
    if (!images || accuracy === undefined) throw new Error(`The study lacks ${name}.`);
    return { ...shownRow, images, accuracy };
  });
  const file = 'experiments/photometric.json';
  return { rows: await Promise.all(rows), file, warning: await readWarning(file, data) };
}

async function readWarning(file: string, data: Dataset): Promise<string[]> {
  const catalogue = shippedCatalogue();
  const experiment = await readExperiment(file);
  const stages = inspectStages(experiment, catalogue);
  const measured = measurePipeline(experiment, stages, data.train);
  const [first] = examine({ experiment, catalogue, stages, measured });
  if (first?.severity !== 'warning') throw new Error(`explain has no warning about ${file}.`);
  const { fix: _, ...warning } = first;
  return renderAdvice([warning]).trimEnd().split('\n');
}

/** Colours of a page that the picture stands on: GitHub's. */
export interface Theme {
  readonly paper: string;
  readonly ink: string;
  readonly quiet: string;
  readonly rule: string;
  readonly good: string;
  readonly bad: string;
}

export const themes: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    paper: '#ffffff',
    ink: '#1f2328',
    quiet: '#59636e',
    rule: '#d1d9e0',
    good: '#1a7f37',
    bad: '#cf222e',
  },
  dark: {
    paper: '#0d1117',
    ink: '#f0f6fc',
    quiet: '#9198a1',
    rule: '#3d444d',
    good: '#3fb950',
    bad: '#f85149',
  },
};

/** Where the picture lies, from the repository's root. */
export function pictureFile(theme: keyof typeof themes): string {
  return `docs/images/first-picture-${theme}.png`;
}

/** Lengths in units of the picture, which is as wide as a README on GitHub. */
const width = 830;
const tileSide = 64;
const tileGap = 8;
const tilesX = 186;
const firstRowY = 32;
const rowStep = tileSide + 14;
const textSize = 14;
const lineStep = 20;

/** Pixels of a unit: sharp on screens of today. */
const zoom = 2;

/** Draws the picture: the same content gives the same pixels on every machine. */
export async function drawFirstPicture(content: FirstPicture, theme: Theme): Promise<Bitmap> {
  const box = drawWarning(content, theme);
  const height = box.y + box.height;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="${theme.paper}"/>`,
    drawHeader(theme),
    ...content.rows.map((row, index) => drawRow(row, index, theme)),
    ...content.rows.map((_, index) => drawFrames(index, theme)),
    box.svg,
    '</svg>',
  ].join('');
  const picture = await rasteriseSvg(svg, zoom);
  for (const [index, row] of content.rows.entries()) placeTiles(picture, row, index);
  return picture;
}

function drawHeader({ quiet }: Theme): string {
  const style = { y: 16, size: 12, colour: quiet };
  const tiles = 'training images as the network gets them; striped: brighter than any test image';
  return [
    renderText('experiment', { ...style, x: 0 }),
    renderText(tiles, { ...style, x: tilesX }),
    renderText('test accuracy', { ...style, x: width, anchor: 'end' }),
  ].join('');
}

function drawRow(row: PictureRow, index: number, theme: Theme): string {
  const { name, detail, accuracy, tone } = row;
  const y = rowY(index);
  // With a spread, "68.3 ± 0.4 %", it needs more room.
  const size = accuracy.length > 8 ? 17 : 24;
  return [
    renderText(name, { x: 0, y: y + 20, size: 16, weight: 600, colour: theme.ink }),
    ...detail.map((line, place) =>
      renderText(line, { x: 0, y: y + 39 + 16 * place, size: 12, colour: theme.quiet }),
    ),
    renderText(accuracy, {
      x: width,
      y: y + 41,
      size,
      weight: 600,
      anchor: 'end',
      colour: theme[tone],
    }),
  ].join('');
}

/** A black image would not stand out from a dark page, nor a white one from paper. */
function drawFrames(index: number, { rule }: Theme): string {
  const side = tileSide + 2;
  const frames = indices.map(
    (_, place) =>
      `<rect x="${tileX(place) - 1}" y="${rowY(index) - 1}" width="${side}" height="${side}" fill="${rule}"/>`,
  );
  return frames.join('');
}

function drawWarning({ file, warning, rows }: FirstPicture, theme: Theme) {
  const padding = 14;
  const y = rowY(rows.length) + 4;
  const height = (warning.length + 1) * lineStep + 2 * padding - 6;
  const [x, firstY] = [padding, y + padding + 11];
  const command = `$ npx prep-lab explain ${file}`;
  const frame = `<rect x="0.5" y="${y + 0.5}" width="${width - 1}" height="${height - 1}" rx="6" fill="none" stroke="${theme.rule}"/>`;
  const texts = warning.map((line, place) =>
    renderText(line, { x, y: firstY + (place + 1) * lineStep, size: textSize, colour: theme.ink }),
  );
  const svg = [
    frame,
    renderText(command, { x, y: firstY, size: textSize, colour: theme.quiet }),
    ...texts,
  ].join('');
  return { y, height, svg };
}

function rowY(index: number): number {
  return firstRowY + index * rowStep;
}

function tileX(place: number): number {
  return tilesX + place * (tileSide + tileGap);
}

function placeTiles(picture: Bitmap, { images }: PictureRow, index: number): void {
  const [drawn] = images.draws;
  if (!drawn) return;
  const { shape, values, count } = drawn;
  const size = shape.height * shape.width * shape.channels;
  for (let place = 0; place < count; place++) {
    const image = { values: values.subarray(place * size, (place + 1) * size), shape };
    const tile = enlarge(drawTile(image, images.shown, tileSide));
    placeBitmap(tile, picture, { x: zoom * tileX(place), y: zoom * rowY(index) });
  }
}

/** Repeats each pixel, so that stripes are as wide as in a preview. */
function enlarge({ width, height, pixels }: Bitmap): Bitmap {
  const large = {
    width: zoom * width,
    height: zoom * height,
    pixels: new Uint8Array(zoom * zoom * pixels.length),
  };
  for (let y = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++) {
      const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * 4;
      large.pixels.set(pixels.subarray(from, from + 4), (y * large.width + x) * 4);
    }
  }
  return large;
}
