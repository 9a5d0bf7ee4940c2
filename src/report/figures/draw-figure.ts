import { selectShownArms } from '../../analysis/findings/shown-arms.js';
import { encodePng } from '../../drawing/bitmap.js';
import { rasteriseSvg } from '../../drawing/rasterise-svg.js';
import type { Results } from '../../results/result.js';
import type { SearchRecord } from '../../runner/store/search-file.js';
import { UserError } from '../../user-error.js';
import type { Figure } from './figure.js';
import { createFigureSpec, renderFigure } from './render-svg.js';
import { paperTheme } from './theme.js';

export type FigureFormat = 'svg' | 'png' | 'vl.json';

/** How a figure that is drawn as SVG is stored. */
export interface FigureFile {
  readonly format: 'svg' | 'png';
  /** Pixels of a PNG for one of the figure. */
  readonly zoom: number;
}

export interface DrawOptions {
  readonly format: FigureFormat;
  /** The experiment that the others are compared with; without it the one whose file has the role "control". */
  readonly control?: string | undefined;
  /** What the folder's searches have found. */
  readonly searches?: readonly SearchRecord[];
  /** Width of a chart in pixels. */
  readonly width?: number | undefined;
  /** Pixels of a PNG for one of the figure. */
  readonly zoom: number;
}

/** Widths of a figure with a row an arm, and of one chart among several, in pixels. */
const usualWidths = { rows: 560, panels: 260 } as const;

/** A picture of more pixels takes more than half a gigabyte to draw, and few programs show it. */
const mostPixels = 40e6;

/**
 * Draws a figure on white, for a file of its own; nothing where the results lack what it shows. Of many arms it draws
 * some, and its caption says which.
 * @throws UserError if a PNG would have too many pixels.
 */
export async function drawFigure(
  figure: Figure,
  results: Results,
  { format, control: asked, width = usualWidths[figure.layout], zoom, searches = [] }: DrawOptions,
): Promise<string | Uint8Array | undefined> {
  const { arms, control, note } = selectShownArms(results, asked);
  const options = { theme: paperTheme, width, searches, ...(control !== undefined && { control }) };
  const panels = figure.create(arms, options);
  if (panels.length === 0) return undefined;
  const said = note === undefined ? figure : { ...figure, caption: `${note} ${figure.caption}` };
  if (format === 'vl.json') {
    return `${JSON.stringify(createFigureSpec(said, panels, paperTheme), null, 2)}\n`;
  }
  return encodeFigure(await renderFigure(said, panels, paperTheme), { format, zoom });
}

/** Returns a figure as its file holds it. @throws UserError if a PNG would have too many pixels. */
export async function encodeFigure(
  svg: string,
  { format, zoom }: FigureFile,
): Promise<string | Uint8Array> {
  if (format === 'svg') return svg;
  requirePixels(svg, zoom);
  return encodePng(await rasteriseSvg(svg, zoom));
}

function requirePixels(svg: string, zoom: number): void {
  const size = (side: string) =>
    Number(svg.match(new RegExp(`<svg [^>]*\\b${side}="([\\d.]+)"`))?.[1]);
  const pixels = size('width') * size('height');
  if (pixels * zoom ** 2 <= mostPixels) return;
  const largest = Math.floor(Math.sqrt(mostPixels / pixels));
  throw new UserError(
    `The PNG must have at most ${mostPixels / 1e6} million pixels, and would have ${Math.ceil((pixels * zoom ** 2) / 1e6)}.`,
    { hint: largest >= 1 ? `add --zoom ${largest}, or write an .svg.` : 'write an .svg.' },
  );
}
