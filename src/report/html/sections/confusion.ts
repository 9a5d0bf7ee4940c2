import { cifar10ClassNames } from '../../../cifar10/cifar10.js';
import { renderCount, renderPercent } from '../../../text/quantities.js';
import { meanConfusion } from '../../figures/confusion.js';
import { type Html, html } from '../html.js';
import type { Section } from '../section.js';
import { missingDiagnostics } from '../section.js';

/** Which classes are taken for which. */
export const confusionSection: Section = {
  id: 'confusion',
  title: 'Confusion',
  async render({ arms }) {
    const tables = arms.flatMap((arm) => {
      const counts = meanConfusion(arm);
      return counts ? [renderMatrix(arm.name, counts, arm.trials.length)] : [];
    });
    if (tables.length === 0) return missingDiagnostics(arms);
    return html`<p class="muted">Test images by true class (rows) and predicted class (columns).</p>
<div class="matrices">
${tables}</div>
`;
  },
};

function renderMatrix(name: string, counts: readonly (readonly number[])[], seeds: number): Html {
  const caption = seeds > 1 ? `${name}: images, mean over ${seeds} seeds` : `${name}: images`;
  const head = cifar10ClassNames.map((label) => html`<th scope="col">${label}</th>`);
  const rows = counts.map((row, truth) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    const cells = row.map((count) => renderCell(count, all > 0 ? count / all : 0));
    const right = all > 0 ? renderPercent((row[truth] ?? 0) / all) : '-';
    return html`<tr><th scope="row">${cifar10ClassNames[truth]}</th>${cells}<td style="--share:0">${right}</td></tr>\n`;
  });
  return html`<details open><summary>${name}</summary>
<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table class="confusion"><caption>${caption}</caption>
<thead><tr><th scope="col">true class</th>${head}<th scope="col">right</th></tr></thead>
<tbody>
${rows}</tbody></table></div></details>
`;
}

function renderCell(count: number, share: number): Html {
  return html`<td style="--share:${share.toFixed(3)}"><data value="${count}">${renderCount(count)}</data></td>`;
}
