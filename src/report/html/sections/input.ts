import type { TrainedArm } from '../../../analysis/findings/trained-arm.js';
import type { InputStatistics } from '../../../results/diagnostics.js';
import { renderCount, renderNumber, renderShare } from '../../../text/quantities.js';
import { constantImages } from '../../figures/constant-images.js';
import { inputShift } from '../../figures/input-shift.js';
import { saturation } from '../../figures/saturation.js';
import { renderFiguresHtml } from '../figure-html.js';
import { html } from '../html.js';
import type { Section } from '../section.js';
import { missingDiagnostics } from '../section.js';
import { type Cell, renderFoldedTable } from '../table.js';

/** What enters the network, in training and in testing. */
export const inputSection: Section = {
  id: 'input',
  title: 'What enters the network',
  async render(content) {
    const { arms } = content;
    const rows = arms.flatMap(renderArmRows);
    if (rows.length === 0) return missingDiagnostics(arms);
    const charts = await renderFiguresHtml([constantImages, saturation, inputShift], content);
    const table = renderFoldedTable({ caption: 'Values that enter the network', columns, rows });
    return html`${charts}${table}`;
  },
};

const columns = [
  { title: 'experiment' },
  { title: 'seed', align: 'right' },
  { title: 'images' },
  { title: 'sample', align: 'right' },
  { title: 'mean by channel', align: 'right' },
  { title: 'std by channel', align: 'right' },
  { title: 'min', align: 'right' },
  { title: 'max', align: 'right' },
  { title: 'at an end', align: 'right' },
  { title: 'constant', align: 'right' },
  { title: 'shift', align: 'right' },
] as const;

function renderArmRows({ name, trials }: TrainedArm): Cell[][] {
  return trials.flatMap(({ seed, diagnostics }) => {
    if (!diagnostics) return [];
    const { train, test, shift } = diagnostics.input;
    const kinds = [
      { kind: 'training', statistics: train, shift },
      { kind: 'test', statistics: test, shift: undefined },
    ];
    return kinds.map(({ kind, statistics, shift: value }) => [
      name,
      String(seed),
      kind,
      ...renderStatistics(statistics),
      { value, render: renderNumber },
    ]);
  });
}

function renderStatistics(statistics: InputStatistics): Cell[] {
  const { imageCount, mean, std, min, max, saturatedShare, constantShare } = statistics;
  return [
    { value: imageCount, render: renderCount },
    mean.map(renderNumber).join(', '),
    std.map(renderNumber).join(', '),
    { value: min, render: renderNumber },
    { value: max, render: renderNumber },
    { value: saturatedShare, render: renderShare },
    { value: constantShare, render: renderShare },
  ];
}
