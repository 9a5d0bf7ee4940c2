import { encodePng } from '../../drawing/bitmap.js';
import type { PlacedImages } from '../../look/inspection/inspect-pipeline.js';
import type { Preview, PreviewColumn } from '../../look/preview/create-preview.js';
import { drawHistogram, renderOutside } from '../../look/preview/draw-statistics.js';
import { drawTile, hasMarks, imageAt } from '../../look/preview/draw-tile.js';
import { renderCountOf, renderList, renderNumber, renderRange } from '../../text/quantities.js';
import { type Html, html, renderPicture, trustHtml } from './html.js';

/** Renders a preview as a list of steps: the stage, what it makes of the images, and of their values. */
export function renderPipelineSteps(preview: Preview): Html {
  const steps = preview.columns.map((column, at) => {
    const draws = column.draws.map((images) => renderDraw(images, column));
    const isAlone = preview.columns.length === 1;
    return html`<li><div>${renderStage(column, at)}${isAlone ? nothingDone : undefined}</div>
<div class="draws" role="img" aria-label="${describeImages(column, preview)}">${draws}</div>
<div>${renderValues(column)}</div></li>
`;
  });
  return html`<ol class="steps">
${steps}</ol>
`;
}

const nothingDone = html`<p class="muted">no preprocessing: so they enter the network</p>\n`;

function renderStage({ summary, when, shown, statistics }: PreviewColumn, at: number): Html {
  const name = at === 0 ? 'images as they come' : summary.replace(/^\[\d+\] /, '');
  const runs = when === 'train' ? html`training images only<br>` : undefined;
  const outside = renderOutside(statistics);
  const warning =
    outside.length > 0
      ? html`<p class="muted"><span class="warn">${renderList(outside)}</span></p>`
      : undefined;
  return html`<p class="name">${name}</p>
<p class="muted">${runs}black to white: ${renderRange(shown)}</p>
${warning}`;
}

function describeImages({ title, draws }: PreviewColumn, { images }: Preview): string {
  const classes = renderList(images.map(({ className }) => className));
  const drawn = draws.length > 1 ? `, ${renderCountOf(draws.length, 'draw')}` : '';
  return `Training images (${classes}), ${title}${drawn}`;
}

/** Stripes need more pixels than an image of CIFAR-10 has. */
const markedSide = 64;

/** An image keeps its own pixels, which the page enlarges; only where values cannot be shown is it drawn larger. */
function renderDraw(images: PlacedImages, { shown, shape }: PreviewColumn): Html {
  const own = Math.max(shape.height, shape.width);
  const tiles = Array.from({ length: images.count }, (_, at) => {
    const image = imageAt(images, at);
    const side = hasMarks(image, shown) ? Math.max(markedSide, own) : own;
    const tile = drawTile(image, shown, side);
    return renderPicture({ ...tile, png: encodePng(tile), alt: '' }, 'tile');
  });
  return html`<span class="draw">${tiles}</span>`;
}

const histogramBox = { x: 0, y: 0, width: 192, height: 48 };

function renderValues(column: PreviewColumn): Html {
  const { channels, histogram, imageCount } = column.statistics;
  const colours = channels.length === 3 ? [2, 3, 1] : [];
  const drawing = drawHistogram(column, histogramBox, {
    ground: 'var(--wash)',
    shown: 'var(--rule)',
    axis: 'var(--context)',
    channels: channels.map((_, at) =>
      colours[at] ? `var(--series-${colours[at]})` : 'var(--muted)',
    ),
  });
  const list = (name: 'mean' | 'std') =>
    channels.map((each) => renderNumber(each[name])).join(', ');
  const label = `Values of ${imageCount} training images from ${renderNumber(histogram.low)} to ${renderNumber(histogram.high)}`;
  return html`<svg class="histogram" role="img" aria-label="${label}" viewBox="0 -1 192 50" preserveAspectRatio="none">${trustHtml(drawing)}</svg>
<p class="ends muted"><span>${renderNumber(histogram.low)}</span><span>${renderNumber(histogram.high)}</span></p>
<p class="muted">mean ${list('mean')}<br>std ${list('std')}</p>`;
}
