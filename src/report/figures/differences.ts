import { compareArms } from '../../analysis/comparison/compare-arms.js';
import { mapToReferences, previousArm } from '../../analysis/comparison/control.js';
import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { renderPoints } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers, SeriesKey } from './figure.js';
import {
  createRowEncoding,
  createRowLabels,
  heightOf,
  labelArms,
  markOffset,
} from './row-labels.js';

const [better, worse, unclear] = ['better', 'worse', 'not significant'] as const;

/** Shapes of their own, for readers who do not see the colours. */
const keys = [
  { label: better, shape: 'circle' },
  { label: worse, shape: 'diamond' },
  { label: unclear, shape: 'ring' },
] as const satisfies readonly SeriesKey[];

/** A difference as a row of a chart. */
export interface DifferenceRow {
  readonly row: number;
  readonly name: string;
  readonly text: string;
  readonly kind: (typeof keys)[number]['label'];
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
    'Test accuracy minus that of the control (with --control @previous: of the experiment before it), in points, with its 95 % interval: paired by seed where both have the same seeds, else by test image. Upright line: no difference. An interval that holds 0 is not significant.',
  layout: 'rows',
  keys,
  create(arms, options) {
    const references = mapToReferences(arms, options.control);
    if (references.size === 0) return [];
    const labelOf = labelArms(arms);
    const rows = [...references].map(([arm, reference], row) => {
      const [name, from] = [arm, reference].map(labelOf);
      return {
        ...createRow(reference, arm, row),
        name: options.control === previousArm ? `${name}, from ${from}` : `${name}`,
      };
    });
    const compared = options.control === previousArm ? 'the experiment before' : options.control;
    const texts = rows.map(({ name, text, kind }) => `${name} ${text}, ${kind}`);
    return [
      {
        title: 'Differences in test accuracy',
        description: `Difference from ${compared} in points: ${texts.join('; ')}.`,
        width: options.width,
        height: heightOf(rows.length),
        layers: [...createRowLabels(rows, options), ...createDifferenceMarks(rows, options)],
      },
    ];
  },
};

function createRow(
  reference: TrainedArm,
  arm: TrainedArm,
  row: number,
): Omit<DifferenceRow, 'name'> {
  const { difference, interval, verdict } = compareArms(reference.trials, arm.trials);
  const range = interval
    ? ` (${renderPoints(interval.lower)} to ${renderPoints(interval.upper)})`
    : ' (no interval)';
  return {
    row,
    text: `${renderPoints(difference)}${range}`,
    kind: kindOf(verdict),
    difference: 100 * difference,
    ...(interval && { low: 100 * interval.lower, high: 100 * interval.upper }),
  };
}

/** Returns how a verdict is drawn: neither better nor worse is unclear. */
export function kindOf(verdict: string): DifferenceRow['kind'] {
  return keys.find(({ label }) => label === verdict)?.label ?? unclear;
}

/** The marks of rows of differences: a tick at 0, the interval, and the difference on it. */
export function createDifferenceMarks(
  rows: readonly DifferenceRow[],
  { theme }: FigureOptions,
): Layers {
  const y = createRowEncoding(rows.length);
  const ends = rows.flatMap(({ difference, low, high }) => [difference, low ?? 0, high ?? 0, 0]);
  const x = {
    field: 'difference',
    type: 'quantitative',
    title: null,
    axis: {
      format: '+~r',
      labelExpr: "datum.value === 0 ? '0' : datum.label",
      tickCount: 5,
      grid: false,
    },
    scale: { domainMin: Math.min(...ends), domainMax: Math.max(...ends), nice: true },
  } as const satisfies object;
  const below = { yOffset: markOffset };
  const [blue, vermillion] = theme.series as [string, string];
  const strokes = [blue, vermillion, theme.muted];
  const stroke = encodeKind(strokes);
  const fill = encodeKind([blue, vermillion, theme.paper]);
  const shape = encodeKind(['circle', 'diamond', 'circle']);
  return [
    {
      data: { values: rows.map(({ row }) => ({ row, difference: 0 })) },
      mark: { type: 'tick', color: theme.muted, thickness: 1.5, size: 14, ...below },
      encoding: { y, x },
    },
    {
      data: { values: rows.filter(({ low }) => low !== undefined) },
      mark: { type: 'rule', strokeWidth: 2, ...below },
      encoding: {
        y,
        x: { ...x, field: 'low' },
        x2: { field: 'high' },
        stroke,
      },
    },
    {
      data: { values: [...rows] },
      mark: { type: 'point', size: 70, strokeWidth: 1.5, opacity: 1, ...below },
      encoding: { y, x, stroke, fill, shape },
    },
  ];
}

/** A look for each of {@link keys}. */
function encodeKind(range: readonly string[]) {
  const domain = keys.map(({ label }) => label);
  return { field: 'kind', type: 'nominal', scale: { domain, range: [...range] } } as const;
}
