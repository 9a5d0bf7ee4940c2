import { cifar10Shape, imageByteCount } from '#prep-lab/cifar10/cifar10.js';
import { corruptImages } from '#prep-lab/corruptions/corrupt-images.js';
import { severities } from '#prep-lab/corruptions/corruption.js';
import { corruptions } from '#prep-lab/corruptions/list.js';
import type { LabelledImages } from '#prep-lab/datasets/labelled-images.js';
import { type Bitmap, placeBitmap } from '#prep-lab/drawing/bitmap.js';
import { rasteriseSvg } from '#prep-lab/drawing/rasterise-svg.js';
import { renderText } from '#prep-lab/drawing/svg-text.js';
import { drawTile } from '#prep-lab/look/preview/draw-tile.js';

/** Where docs/robustness.md finds it. */
export const corruptionsFile = 'docs/images/corruptions.png';

const tile = 64;
const gap = 4;
const labelWidth = 136;
const blockWidth = labelWidth + severities.length * (tile + gap) + 20;
const header = 30;
const rowsABlock = Math.ceil(corruptions.length / 2);

/** A ship, by its place in the test file: broad areas and fine lines. */
const shown = 1;

/** Draws a test image at all severities of all corruptions, in two blocks beside one another. */
export async function drawCorruptions({ images }: LabelledImages): Promise<Bitmap> {
  const clean = images.slice(shown * imageByteCount, (shown + 1) * imageByteCount);
  const placed = corruptions.map(({ name, isHeldOut }, index) => ({
    name,
    title: isHeldOut ? `${name} *` : name,
    x: Math.floor(index / rowsABlock) * blockWidth,
    y: header + (index % rowsABlock) * (tile + gap),
  }));
  const [width, height] = [2 * blockWidth, header + rowsABlock * (tile + gap) + 4];
  const heads = [0, blockWidth].flatMap((x) =>
    severities.map((severity, place) =>
      renderText(`${severity}`, { x: tileX(x, place) + tile / 2 - 4, y: 20, size: 14 }),
    ),
  );
  const titles = placed.map(({ title, x, y }) =>
    renderText(title, { x: x + 8, y: y + tile / 2 + 5, size: 13 }),
  );
  const sheet = await rasteriseSvg(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="white"/>${heads.join('')}${titles.join('')}</svg>`,
  );
  for (const { name, x, y } of placed) {
    for (const [place, severity] of severities.entries()) {
      const setting = { name, severity, seed: 0 };
      const values = corruptImages(clean, { shape: cifar10Shape, setting });
      const image = { values: Float32Array.from(values), shape: cifar10Shape };
      placeBitmap(drawTile(image, [0, 255], tile), sheet, { x: tileX(x, place), y });
    }
  }
  return sheet;
}

function tileX(block: number, place: number): number {
  return block + labelWidth + place * (tile + gap);
}
