import { encodePng } from '../drawing/bitmap.js';
import { rasteriseSvg } from '../drawing/rasterise-svg.js';
import { selectControl, selectTrainedArms } from '../findings/arm.js';
import type { Results } from '../runner/result.js';
import type { Figure } from './figure.js';
import { createFigureSpec, renderFigure } from './render-svg.js';
import { paperTheme } from './theme.js';

export type FigureFormat = 'svg' | 'png' | 'vl.json';

export interface DrawOptions {
  readonly format: FigureFormat;
  /** The experiment that the others are compared with; without it the one whose file has the role "control". */
  readonly control?: string | undefined;
  /** Width of a chart in pixels. */
  readonly width?: number | undefined;
  /** Pixels of a PNG for one of the figure. */
  readonly zoom: number;
}

/** Widths of a figure with a row an arm, and of one chart among several, in pixels. */
const usualWidths = { rows: 560, panels: 260 } as const;

/** Draws a figure on white, for a file of its own; nothing where the results lack what it shows. */
export async function drawFigure(
  figure: Figure,
  results: Results,
  { format, control: asked, width = usualWidths[figure.layout], zoom }: DrawOptions,
): Promise<string | Uint8Array | undefined> {
  const control = selectControl(results, asked);
  const options = { theme: paperTheme, width, ...(control !== undefined && { control }) };
  const panels = figure.create(selectTrainedArms(results), options);
  if (panels.length === 0) return undefined;
  if (format === 'vl.json') {
    return `${JSON.stringify(createFigureSpec(figure, panels, paperTheme), null, 2)}\n`;
  }
  const svg = await renderFigure(figure, panels, paperTheme);
  return format === 'svg' ? svg : encodePng(await rasteriseSvg(svg, zoom));
}
