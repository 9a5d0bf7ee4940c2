import { compareArms } from '../../analysis/comparison/compare-arms.js';
import { mapToReferences, previousArm } from '../../analysis/comparison/control.js';
import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { renderPoints } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers } from './figure.js';
import { createRowEncoding, createRowLabels, heightOf, markOffset } from './row-labels.js';

interface DifferenceRow {
  readonly row: number;
  readonly name: string;
  readonly text: string;
  /** In points. */
  readonly difference: number;
  readonly low?: number;
  readonly high?: number;
}

/** How much better or worse each arm is than the control, or than the arm before it. */
export const differences: Figure = {
  name: 'differences',
  title: 'Differences in test accuracy',
  caption:
    'Test accuracy minus that of the control (with --control @previous: of the experiment before it), in points, with its 95 % interval: paired by seed where both have the same seeds, else by test image. Grey: no difference. An interval that holds 0 shows no difference.',
  layout: 'rows',
  keys: [{ label: 'difference', shape: 'circle' }],
  create(arms, options) {
    const references = mapToReferences(arms, options.control);
    if (references.size === 0) return [];
    const rows = [...references].map(([arm, reference], row) => ({
      ...createRow(reference, arm, row),
      ...(options.control === previousArm && { name: `${arm.name}, from ${reference.name}` }),
    }));
    const from = options.control === previousArm ? 'the experiment before' : options.control;
    const texts = rows.map(({ name, text }) => `${name} ${text}`);
    return [
      {
        title: 'Differences in test accuracy',
        description: `Difference from ${from} in points: ${texts.join('; ')}.`,
        width: options.width,
        height: heightOf(rows.length),
        layers: [...createRowLabels(rows, options), ...createMarks(rows, options)],
      },
    ];
  },
};

function createRow(reference: TrainedArm, arm: TrainedArm, row: number): DifferenceRow {
  const { difference, interval } = compareArms(reference.trials, arm.trials);
  const range = interval
    ? ` (${renderPoints(interval.lower)} to ${renderPoints(interval.upper)})`
    : ' (no interval)';
  return {
    row,
    name: arm.name,
    text: `${renderPoints(difference)}${range}`,
    difference: 100 * difference,
    ...(interval && { low: 100 * interval.lower, high: 100 * interval.upper }),
  };
}

function createMarks(rows: readonly DifferenceRow[], { theme }: FigureOptions): Layers {
  const y = createRowEncoding(rows.length);
  const ends = rows.flatMap(({ difference, low, high }) => [difference, low ?? 0, high ?? 0, 0]);
  const x = {
    field: 'difference',
    type: 'quantitative',
    title: null,
    axis: { format: '+~r', tickCount: 5, grid: false },
    scale: { domainMin: Math.min(...ends), domainMax: Math.max(...ends), nice: true },
  } as const satisfies object;
  const below = { yOffset: markOffset };
  const color = theme.series[0] as string;
  return [
    {
      data: { values: rows.map(({ row }) => ({ row, difference: 0 })) },
      mark: { type: 'tick', color: theme.muted, thickness: 1.5, size: 18, ...below },
      encoding: { y, x },
    },
    {
      data: { values: rows.filter(({ low }) => low !== undefined) },
      mark: { type: 'rule', color, strokeWidth: 2, ...below },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    {
      data: { values: [...rows] },
      mark: { type: 'point', filled: true, color, size: 70, opacity: 1, ...below },
      encoding: { y, x },
    },
  ];
}
