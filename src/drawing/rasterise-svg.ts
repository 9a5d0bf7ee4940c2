import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { Bitmap } from './bitmap.js';

const require = createRequire(import.meta.url);

/** The font that comes with the program. A text in any other family is drawn in it too. */
const fontFamily = 'Inter';

const fontFiles = ['latin', 'greek'].flatMap((script) =>
  [400, 600].map((weight) => `@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`),
);

let loading: Promise<Uint8Array[]> | undefined;

/**
 * Draws an SVG on white. Fonts of the system are not used: the same SVG gives the same pixels on every machine.
 * @param zoom Pixels for one unit of the SVG.
 */
export async function rasteriseSvg(svg: string, zoom = 1): Promise<Bitmap> {
  loading ??= load();
  const fontBuffers = await loading;
  const drawing = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: zoom },
    font: { fontBuffers, defaultFontFamily: fontFamily, sansSerifFamily: fontFamily },
  });
  const image = drawing.render();
  const bitmap = { width: image.width, height: image.height, pixels: image.pixels };
  image.free();
  drawing.free();
  return bitmap;
}

/** Loads the renderer, once a process, and the fonts. */
async function load(): Promise<Uint8Array[]> {
  await initWasm(await readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return Promise.all(fontFiles.map((file) => readFile(require.resolve(file))));
}
