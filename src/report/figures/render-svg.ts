import type { Config, TopLevelSpec } from 'vega-lite';
import { escapeXml, replaceForbidden } from '../../text/escape-xml.js';
import { wrapText } from '../../text/wrap.js';
import type { Figure, Layers, Panel } from './figure.js';
import type { Theme } from './theme.js';

/**
 * Renders one chart; its description is the text that a screen reader says.
 * @param sized What has the panel's size: the plot alone, or the whole with its axes, so that charts beside one another
 * have letters of the same size.
 */
export async function renderPanel(
  panel: Panel,
  theme: Theme,
  sized: 'plot' | 'whole',
): Promise<string> {
  const { width, height, layers } = panel;
  const fit = sized === 'whole' && { autosize: { type: 'fit', contains: 'padding' } as const };
  const spec = { width, height, ...fit, layer: withData(layers), config: createConfig(theme) };
  const svg = await renderSpec(spec, 'without legends');
  return labelSvg(svg, panel.description);
}

/** Panels side by side in a figure file. */
const columns = 3;

/** What a figure says around its charts. */
type FigureText = Pick<Figure, 'title' | 'caption' | 'layout'>;

/** Renders all charts of a figure below its title, with its caption. */
export async function renderFigure(
  figure: FigureText,
  panels: readonly Panel[],
  theme: Theme,
): Promise<string> {
  const description = [figure.title, ...panels.map((panel) => panel.description)].join('. ');
  return labelSvg(await renderSpec(createFigureSpec(figure, panels, theme)), description);
}

/** Returns a figure as Vega-Lite has it, for other programs to draw and to change. */
export function createFigureSpec(
  { title, caption, layout }: FigureText,
  panels: readonly Panel[],
  theme: Theme,
): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: {
      text: title,
      anchor: 'start',
      fontSize: 15,
      offset: 16,
      subtitle: wrapText(caption, captionWidth(panels)),
    },
    columns,
    spacing: 24,
    concat: panels.map((panel) => ({
      ...(layout === 'panels' && { title: { text: panel.title, anchor: 'start' } }),
      width: panel.width,
      height: panel.height,
      layer: withData(panel.layers),
    })),
    config: createConfig(theme),
  };
}

/** Vega finds no scale for a layer without data. */
function withData(layers: Layers): Layers {
  return layers.filter(({ data }) => !(data && 'values' in data && isEmpty(data.values)));
}

function isEmpty(values: unknown): boolean {
  return Array.isArray(values) && values.length === 0;
}

/** In characters, of about 6 pixels each. */
function captionWidth(panels: readonly Panel[]): number {
  const shown = panels.slice(0, columns);
  return Math.floor(shown.reduce((sum, { width }) => sum + width + 50, 0) / 6);
}

/** Width of a letter in the font's size, a little above Inter's mean. */
const letterWidth = 0.57;

/** Without a screen Vega takes text for wider than it is, and cuts names that have room. Its types lack the hook. */
interface VegaTextMetrics {
  readonly textMetrics: {
    width(item: { readonly fontSize?: number }, text: string): number;
  };
}

async function renderSpec(
  spec: TopLevelSpec,
  legends: 'with legends' | 'without legends' = 'with legends',
): Promise<string> {
  const { compile, vega } = await import('./vega.js');
  const { parse, View, Error: errorsOnly } = vega;
  const { textMetrics } = vega as unknown as VegaTextMetrics;
  textMetrics.width = ({ fontSize = 11 }, text) => letterWidth * fontSize * `${text}`.length;
  const compiled = compile(spec).spec;
  if (legends === 'without legends') compiled.legends = [];
  const view = new View(parse({ ...compiled, padding: 4 }), {
    renderer: 'none',
    logLevel: errorsOnly,
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** One text says all; Vega's roles of single marks would be read one by one, without names. */
function labelSvg(svg: string, description: string): string {
  return replaceForbidden(svg)
    .replace(/ (?:role|aria-[a-z]+)="[^"]*"/g, '')
    .replace('<svg ', () => `<svg role="img" aria-label="${escapeXml(description)}" `);
}

function createConfig({ text, muted, rule, background, font }: Theme): Config {
  const sizes = { labelFontSize: 11, titleFontSize: 11 };
  return {
    background: background as string,
    font,
    view: { stroke: null },
    title: {
      color: text,
      fontSize: 12,
      fontWeight: 600,
      subtitleColor: muted,
      subtitleFontSize: 11,
    },
    axis: {
      ...sizes,
      labelColor: muted,
      titleColor: muted,
      titleFontWeight: 'normal',
      gridColor: rule,
      domainColor: rule,
      tickColor: rule,
    },
    legend: { ...sizes, labelColor: text, title: null, orient: 'bottom', symbolOpacity: 1 },
    text: { color: text },
  };
}
