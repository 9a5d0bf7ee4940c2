import type { Figure, SeriesKey } from '../figures/figure.js';
import { renderPanel } from '../figures/render-svg.js';
import { pageTheme } from '../figures/theme.js';
import { type Html, html, trustHtml } from './html.js';
import type { ReportContent } from './section.js';

/** Width of a chart that stands beside others, and of one that has the page for itself: on a phone or not. */
const panelWidth = 250;
const rowsWidths = { narrow: 320, wide: 720 } as const;

/** Renders a figure's charts with their key and caption; nothing where the results lack what it shows. */
export async function renderFigureHtml(
  figure: Figure,
  content: ReportContent,
): Promise<Html | undefined> {
  const charts = await (figure.layout === 'rows'
    ? renderRows(figure, content)
    : renderPanels(figure, content));
  if (charts.length === 0) return undefined;
  return html`<figure class="${figure.layout}">
<figcaption>${figure.caption} ${renderKey(figure.keys)}</figcaption>
<div class="charts">
${charts}</div>
</figure>
`;
}

async function renderPanels(figure: Figure, { arms, control }: ReportContent): Promise<Html[]> {
  const options = { theme: pageTheme, width: panelWidth, ...(control && { control }) };
  const panels = figure.create(arms, options);
  const charts: Html[] = [];
  for (const panel of panels) {
    const svg = await renderPanel(panel, pageTheme);
    charts.push(html`<div class="panel"><h4>${panel.title}</h4>${trustHtml(svg)}</div>\n`);
  }
  return charts;
}

/** Text that is as large on a phone needs a chart of its own there. */
async function renderRows(figure: Figure, { arms, control }: ReportContent): Promise<Html[]> {
  const charts: Html[] = [];
  for (const [screen, width] of Object.entries(rowsWidths)) {
    const options = { theme: pageTheme, width, ...(control && { control }) };
    const [panel] = figure.create(arms, options);
    if (!panel) return [];
    const svg = await renderPanel(panel, pageTheme);
    charts.push(html`<div class="${screen}">${trustHtml(svg)}</div>\n`);
  }
  return charts;
}

function renderKey(keys: readonly SeriesKey[]): Html | undefined {
  if (keys.length < 2) return undefined;
  const entries = keys.map(
    ({ label, shape }, at) =>
      html`<span class="key"><svg class="series-${at + 1}" aria-hidden="true" viewBox="0 0 24 12" width="24" height="12">${trustHtml(swatches[shape])}</svg> ${label}</span> `,
  );
  return html`<span class="keys">${entries}</span>`;
}

const swatches: Readonly<Record<SeriesKey['shape'], string>> = {
  line: '<path d="M0 6H24" stroke="currentColor" stroke-width="2.5"/>',
  dashes: '<path d="M0 6H24" stroke="currentColor" stroke-width="2.5" stroke-dasharray="5 3"/>',
  bar: '<rect y="1" width="24" height="10" fill="currentColor" opacity=".75"/>',
  circle: '<circle cx="12" cy="6" r="4.5" fill="currentColor"/>',
  diamond: '<path d="M12 0L18 6L12 12L6 6Z" fill="currentColor"/>',
};
