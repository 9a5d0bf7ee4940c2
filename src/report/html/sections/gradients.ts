import { computeMedian } from '../../../statistics/mean.js';
import { renderNumber, renderShare } from '../../../text/quantities.js';
import { epochGradients } from '../../figures/epoch-gradients.js';
import { firstGradients } from '../../figures/first-gradients.js';
import { renderFigureHtml } from '../figure-html.js';
import { html } from '../html.js';
import type { Section } from '../section.js';
import { missingDiagnostics } from '../section.js';
import { type Cell, renderFoldedTable } from '../table.js';

/** How large gradients are, and which units they no longer reach. */
export const gradientsSection: Section = {
  id: 'gradients',
  title: 'Gradients and dead units',
  async render(content) {
    const { arms } = content;
    const rows = arms.flatMap(({ name, trials }) =>
      trials.flatMap(({ seed, diagnostics }): Cell[][] => {
        if (!diagnostics) return [];
        const { gradientNorm, deadRelus } = diagnostics;
        const { firstSteps, epochs } = gradientNorm;
        const dead = deadRelus.map(({ layer, share }) => `${layer} ${renderShare(share)}`);
        return [
          [
            name,
            String(seed),
            { value: firstSteps[0], render: renderNumber },
            { value: computeMedian(firstSteps), render: renderNumber },
            { value: epochs.at(-1), render: renderNumber },
            dead.join(', '),
          ],
        ];
      }),
    );
    if (rows.length === 0) return missingDiagnostics(arms);
    const first = await renderFigureHtml(firstGradients, content);
    const epochs = await renderFigureHtml(epochGradients, content);
    return html`<h3>${firstGradients.title}</h3>
${first}<h3>${epochGradients.title}</h3>
${epochs}${renderFoldedTable({ caption: 'Gradient norms, and units that are 0 for every test image of a sample', columns, rows })}`;
  },
};

const columns = [
  { title: 'experiment' },
  { title: 'seed', align: 'right' },
  { title: 'first step', align: 'right' },
  { title: 'median of the first steps', align: 'right' },
  { title: 'last epoch', align: 'right' },
  { title: 'dead units by layer' },
] as const;
