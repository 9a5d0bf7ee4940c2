import { renderPercent } from '../../../text/quantities.js';
import { calibration } from '../../figures/calibration.js';
import { renderFigureHtml } from '../figure-html.js';
import { html } from '../html.js';
import type { Section } from '../section.js';
import { missingDiagnostics } from '../section.js';
import { type Cell, renderFoldedTable } from '../table.js';

/** Whether the network is as often right as it is sure. */
export const calibrationSection: Section = {
  id: 'calibration',
  title: 'Calibration',
  async render(content) {
    const { arms } = content;
    const rows = arms.flatMap(({ name, trials }) =>
      trials.flatMap(({ seed, diagnostics, test }): Cell[][] => {
        if (!diagnostics) return [];
        const { expectedError } = diagnostics.calibration;
        return [
          [
            name,
            String(seed),
            { value: test.accuracy, render: renderPercent },
            { value: expectedError, render: renderPercent },
          ],
        ];
      }),
    );
    if (rows.length === 0) return missingDiagnostics(arms);
    const caption = 'Expected calibration error';
    return html`<h3>Accuracy by confidence</h3>
${await renderFigureHtml(calibration, content)}${renderFoldedTable({ caption, columns, rows })}`;
  },
};

const columns = [
  { title: 'experiment' },
  { title: 'seed', align: 'right' },
  { title: 'test accuracy', align: 'right' },
  { title: 'expected error', align: 'right' },
] as const;
