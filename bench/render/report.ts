import type { BenchResults, Measurement, SectionName } from '../measurement.js';
import { renderOrigin } from './origin.js';
import { renderStages } from './stages.js';
import { renderTargets } from './targets.js';
import { renderEpoch, renderRecord, renderSteps } from './training.js';
import { computeWarnings } from './warnings.js';
import { renderWholeTimes } from './whole-times.js';

interface Part {
  readonly section: SectionName;
  readonly title: string;
  readonly about: string;
  render(measurements: readonly Measurement[]): string;
}

const parts: readonly Part[] = [
  {
    section: 'steps',
    title: 'The bare training step',
    about:
      'Forward, backward, Adam, and running loss and accuracy; no augmentation. The eager side, tfjs-layers and what takes over 5 times as long as prep-lab run in one round only.',
    render: renderSteps,
  },
  {
    section: 'record',
    title: 'A step of the record recipe',
    about:
      'airbench94-muon in mixed precision, 2,000 images: augmentation, forward, backward, Muon and SGD; no evaluation.',
    render: renderRecord,
  },
  {
    section: 'epoch',
    title: 'A whole epoch of the geometric experiment',
    about:
      'The baseline at batch 64, images shuffled, with flip, rotation and zoom, and the evaluation on the test images.',
    render: renderEpoch,
  },
  {
    section: 'stages',
    title: 'What each stage costs',
    about: 'Compiled prep-lab on the baseline at batch 64, compared turn by turn in one process.',
    render: renderStages,
  },
  {
    section: 'start-up',
    title: 'Start-up',
    about: 'Each in a new process.',
    render: (measurements) => renderWholeTimes(measurements, 'start-up'),
  },
  {
    section: 'growth',
    title: 'Growth',
    about:
      'What prep-lab itself takes for one trial of a plan, with a launcher that returns at once and 10 epochs of results; whole runs of `prep-lab run` on the baseline, with start-up and the evaluation on 500 images.',
    render: (measurements) => renderWholeTimes(measurements, 'growth'),
  },
];

/** Renders all results as a Markdown page. */
export function renderReport(results: BenchResults): string {
  const { measurements, settings } = results;
  const hasTargets = settings.device === 'cpu' && settings.size === 'full';
  const targets = hasTargets ? renderTargets(measurements) : '';
  const shown = parts.filter(({ section }) =>
    measurements.some((measurement) => measurement.section === section),
  );
  const paragraphs = [
    '# Benchmark',
    renderOrigin(results),
    ...computeWarnings(results).map((warning) => `> ${warning}`),
    'Medians over the rounds, with the least and the greatest round in brackets. Ratios are taken round by round.',
    ...(targets === '' ? [] : ['## Targets', targets]),
    ...shown.flatMap(({ title, about, render }) => [`## ${title}`, about, render(measurements)]),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}
