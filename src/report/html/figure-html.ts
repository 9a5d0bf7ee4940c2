import type { Figure, Panel, SeriesKey } from '../figures/figure.js';
import { renderPanel } from '../figures/render-svg.js';
import { pageTheme } from '../figures/theme.js';
import { type Html, html, trustHtml } from './html.js';
import type { ReportContent } from './section.js';

/** Width of a chart that stands beside others, and of one that has the page for itself: on a phone or not. */
const panelWidth = 300;
const rowsWidths = { narrow: 320, wide: 460 } as const;

/** Renders figures with their titles, two beside each other where there is room; nothing where there is none. */
export async function renderFiguresHtml(
  figures: readonly Figure[],
  content: ReportContent,
): Promise<Html | undefined> {
  const blocks: Html[] = [];
  for (const figure of figures) {
    const rendered = await renderFigureHtml(figure, content);
    if (rendered) blocks.push(html`<div><h3>${figure.title}</h3>\n${rendered}</div>\n`);
  }
  return blocks.length > 0 ? html`<div class="beside">\n${blocks}</div>\n` : undefined;
}

/** Renders a figure's charts with their key and caption; nothing where the results lack what it shows. */
export async function renderFigureHtml(
  figure: Figure,
  content: ReportContent,
): Promise<Html | undefined> {
  const { charts, keys } = await (figure.layout === 'rows'
    ? renderRows(figure, content)
    : renderPanels(figure, content));
  if (charts.length === 0) return undefined;
  const caption = html`<figcaption>${figure.caption}</figcaption>\n`;
  const [above, below] = figure.layout === 'rows' ? [undefined, caption] : [caption, undefined];
  return html`<figure class="${figure.layout}">
${above}${renderKey(keys)}<div class="charts">
${charts}</div>
${below}</figure>
`;
}

interface Charts {
  readonly charts: readonly Html[];
  readonly keys: readonly SeriesKey[];
}

/** Returns the keys that occur in a chart, in the figure's order. */
function selectKeys({ keys }: Figure, panels: readonly Panel[]): readonly SeriesKey[] {
  const shown = new Set(panels.flatMap((panel) => panel.keys ?? keys));
  return keys.filter((key) => shown.has(key));
}

function createPanels(
  figure: Figure,
  { arms, control, searches }: ReportContent,
  width: number,
): readonly Panel[] {
  return figure.create(arms, { theme: pageTheme, width, searches, ...(control && { control }) });
}

async function renderPanels(figure: Figure, content: ReportContent): Promise<Charts> {
  const panels = createPanels(figure, content, panelWidth);
  const charts: Html[] = [];
  for (const panel of panels) {
    const svg = await renderPanel(panel, pageTheme, 'whole');
    charts.push(html`<div class="panel"><h4>${panel.title}</h4>${trustHtml(svg)}</div>\n`);
  }
  return { charts, keys: selectKeys(figure, panels) };
}

/** Text that is as large on a phone needs a chart of its own there. */
async function renderRows(figure: Figure, content: ReportContent): Promise<Charts> {
  const charts: Html[] = [];
  const panels: Panel[] = [];
  for (const [screen, width] of Object.entries(rowsWidths)) {
    const [panel] = createPanels(figure, content, width);
    if (!panel) break;
    const svg = await renderPanel(panel, pageTheme, 'plot');
    charts.push(html`<div class="${screen}">${trustHtml(svg)}</div>\n`);
    panels.push(panel);
  }
  return { charts, keys: selectKeys(figure, panels) };
}

function renderKey(keys: readonly SeriesKey[]): Html | undefined {
  if (keys.length < 2) return undefined;
  const entries = keys.map(
    ({ label, shape }, at) =>
      html`<span class="key"><svg class="${shape === 'ring' ? 'ring' : `series-${at + 1}`}" aria-hidden="true" viewBox="0 0 24 12" width="24" height="12">${trustHtml(swatches[shape])}</svg> ${label}</span> `,
  );
  return html`<div class="keys">${entries}</div>\n`;
}

const swatches: Readonly<Record<SeriesKey['shape'], string>> = {
  line: '<path d="M0 6H24" stroke="currentColor" stroke-width="2.5"/>',
  dashes: '<path d="M0 6H24" stroke="currentColor" stroke-width="2.5" stroke-dasharray="5 3"/>',
  bar: '<rect y="1" width="24" height="10" fill="currentColor" opacity=".75"/>',
  circle: '<circle cx="12" cy="6" r="4.5" fill="currentColor"/>',
  ring: '<circle cx="12" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5"/>',
  diamond: '<path d="M12 0L18 6L12 12L6 6Z" fill="currentColor"/>',
};
