import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { isLimited } from '../../analysis/limits.js';
import { computeMean, computeMeanInterval } from '../../statistics/mean.js';
import { renderPercent } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers, SeriesKey } from './figure.js';
import {
  createRowEncoding,
  createRowLabels,
  heightOf,
  labelArms,
  markOffset,
} from './row-labels.js';

interface AccuracyRow {
  readonly row: number;
  readonly name: string;
  readonly text: string;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
  readonly seeds: readonly number[];
  readonly published?: number;
  readonly isControl: boolean;
}

const keys = [
  { label: 'mean', shape: 'bar' },
  { label: 'published', shape: 'diamond' },
] as const satisfies readonly SeriesKey[];

/** Test accuracy of every arm with its interval, beside the control's and the published one. */
export const accuracy: Figure = {
  name: 'accuracy',
  title: 'Test accuracy',
  caption:
    "Bar: mean over the seeds. Line through its end: 95 % interval of the mean; one seed has none. Circles: single seeds. Upright line: the control's mean. The published value stands beside full runs only.",
  layout: 'rows',
  keys,
  create(arms, options) {
    if (arms.length === 0) return [];
    const labelOf = labelArms(arms);
    const rows = arms.map((arm, row) => ({
      ...createRow(arm, row, options),
      name: arm.name === options.control ? `${labelOf(arm)} (control)` : labelOf(arm),
    }));
    const values = rows.map(({ name, text }) => `${name} ${text}`);
    return [
      {
        title: 'Test accuracy',
        description: `Test accuracy: ${values.join('; ')}.`,
        width: options.width,
        height: heightOf(rows.length),
        layers: [...createRowLabels(rows, options), ...createMarks(rows, options)],
        ...(rows.every(({ published }) => published === undefined) && { keys: keys.slice(0, 1) }),
      },
    ];
  },
};

function createRow(
  arm: TrainedArm,
  row: number,
  { control }: FigureOptions,
): Omit<AccuracyRow, 'name'> {
  const seeds = arm.trials.map(({ test }) => test.accuracy);
  const mean = computeMean(seeds);
  const interval = computeMeanInterval(seeds);
  const [low, high] = [Math.max(0, interval?.lower ?? 0), Math.min(1, interval?.upper ?? 0)];
  const range = interval ? ` (${toPoints(low)} to ${toPoints(high)})` : '';
  const { experiment } = arm.trials[0];
  const isControl = arm.name === control;
  return {
    row,
    text: `${renderPercent(mean)}${range}`,
    mean,
    ...(interval && { low, high }),
    seeds,
    ...(experiment.published &&
      !arm.trials.some(isLimited) && { published: experiment.published.testAccuracy }),
    isControl,
  };
}

function toPoints(rate: number): string {
  return (100 * rate).toFixed(1);
}

function createMarks(rows: readonly AccuracyRow[], { theme }: FigureOptions): Layers {
  const y = createRowEncoding(rows.length);
  const x = {
    field: 'mean',
    type: 'quantitative',
    title: null,
    axis: { format: '.0%', tickCount: 5, grid: false },
    scale: { domainMin: 0, domainMax: 1 },
  } as const satisfies object;
  const [bar, published] = theme.series;
  const point = { type: 'point', opacity: 1, yOffset: markOffset } as const;
  const seeds = rows.flatMap(({ row, seeds: all }) =>
    all.length > 1 ? all.map((mean) => ({ row, mean })) : [],
  );
  const below = { yOffset: markOffset };
  return [
    {
      data: { values: [...rows] },
      mark: { type: 'bar', color: bar as string, opacity: 0.75, height: 12, ...below },
      encoding: { y, x },
    },
    {
      data: { values: rows.filter(({ low }) => low !== undefined) },
      mark: { type: 'rule', color: theme.text, strokeWidth: 2, ...below },
      encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    {
      data: { values: seeds },
      mark: {
        ...point,
        shape: 'circle',
        size: 20,
        color: theme.text,
        fill: theme.paper,
        strokeWidth: 1,
      },
      encoding: { y, x },
    },
    {
      data: { values: rows.filter((row) => row.published !== undefined) },
      mark: {
        ...point,
        shape: 'diamond',
        size: 90,
        fill: published as string,
        color: theme.paper,
        strokeWidth: 1,
      },
      encoding: { y, x: { ...x, field: 'published' } },
    },
    {
      data: { values: createControlTicks(rows) },
      mark: { type: 'tick', color: theme.text, thickness: 2, size: 22, ...below },
      encoding: { y, x },
    },
  ];
}

/** Marks the control's mean in every row, clear of the texts. */
function createControlTicks(rows: readonly AccuracyRow[]) {
  const control = rows.find(({ isControl }) => isControl);
  return control ? rows.map(({ row }) => ({ row, mean: control.mean })) : [];
}
