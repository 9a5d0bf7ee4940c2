import type { TrialResult } from '../../../results/result.js';
import {
  renderCount,
  renderDuration,
  renderNumber,
  renderPercent,
} from '../../../text/quantities.js';
import { type Html, html } from '../html.js';
import type { Section } from '../section.js';
import { type Cell, renderFoldedTable, renderHtmlTable } from '../table.js';

/** Every number of results.json that has no table of its own. */
export const numbersSection: Section = {
  id: 'numbers',
  title: 'Raw numbers',
  async render({ results, arms }) {
    const { trials } = results;
    if (trials.length === 0) return undefined;
    const rows = trials.map(renderTrialRow);
    const table = renderHtmlTable({ caption: 'Every trial', columns: trialColumns, rows });
    const drawn = new Set<TrialResult>(arms.flatMap((arm) => arm.trials));
    const isDrawn = (trial: TrialResult) => trial.status === 'failed' || drawn.has(trial);
    const shown = takeEpochs(trials.filter(isDrawn));
    const rest = trials.length - shown.length;
    const note =
      rest > 0
        ? html`<p class="muted">The epochs of ${renderCount(rest)} more trials are in results.json.</p>\n`
        : undefined;
    return html`${table}${shown.map(renderHistory)}${note}`;
  },
};

/** All epochs of 10,000 trials made a page of 113 MB. */
const mostEpochs = 5000;

/** Takes trials from the first on, as long as there is room for their epochs. */
function takeEpochs(trials: readonly TrialResult[]): TrialResult[] {
  let room = mostEpochs;
  return trials.filter(({ history }) => {
    room -= history.length;
    return room >= 0;
  });
}

const trialColumns = [
  { title: 'trial' },
  { title: 'seed', align: 'right' },
  { title: 'status' },
  { title: 'test accuracy', align: 'right' },
  { title: 'test loss', align: 'right' },
  { title: 'weights of epoch', align: 'right' },
  { title: 'best', align: 'right' },
  { title: 'parameters', align: 'right' },
  { title: 'training images', align: 'right' },
  { title: 'validation images', align: 'right' },
  { title: 'test images', align: 'right' },
  { title: 'train time', align: 'right' },
  { title: 'images/s', align: 'right' },
] as const;

function renderTrialRow(trial: TrialResult): Cell[] {
  const { id, seed, status } = trial;
  if (trial.status === 'failed') return [id, String(seed), `failed: ${trial.reason}`];
  const { test, best, imageCounts } = trial;
  return [
    id,
    String(seed),
    status,
    { value: test.accuracy, render: renderPercent },
    { value: test.loss, render: renderNumber },
    { value: test.epoch, render: renderCount },
    { value: best?.accuracy, render: renderPercent },
    { value: trial.parameterCount, render: renderCount },
    { value: imageCounts.train, render: renderCount },
    { value: imageCounts.validation, render: renderCount },
    { value: imageCounts.test, render: renderCount },
    { value: trial.trainSeconds, render: renderDuration },
    { value: trial.imagesPerSecond, render: renderCount },
  ];
}

const epochColumns = [
  { title: 'epoch', align: 'right' },
  { title: 'training loss', align: 'right' },
  { title: 'training accuracy', align: 'right' },
  { title: 'validation loss', align: 'right' },
  { title: 'validation accuracy', align: 'right' },
  { title: 'learning rate', align: 'right' },
  { title: 'train time', align: 'right' },
  { title: 'validation time', align: 'right' },
] as const;

function renderHistory({ id, history }: TrialResult): Html | undefined {
  if (history.length === 0) return undefined;
  const rows = history.map((epoch): Cell[] => [
    { value: epoch.epoch, render: renderCount },
    { value: epoch.trainLoss, render: renderNumber },
    { value: epoch.trainAccuracy, render: renderPercent },
    { value: epoch.validationLoss, render: renderNumber },
    { value: epoch.validationAccuracy, render: renderPercent },
    { value: epoch.learningRate, render: renderNumber },
    { value: epoch.trainSeconds, render: renderDuration },
    { value: epoch.validationSeconds, render: renderDuration },
  ]);
  return renderFoldedTable({ caption: `Epochs of ${id}`, columns: epochColumns, rows });
}
