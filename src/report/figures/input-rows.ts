import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { meanDiagnostic } from '../../analysis/findings/trained-arm.js';
import type { Diagnostics } from '../../results/diagnostics.js';
import { renderShare } from '../../text/quantities.js';
import type { FigureOptions, Layers, Panel, SeriesKey } from './figure.js';
import { createLogTicks } from './log-ticks.js';
import {
  createRowEncoding,
  createRowLabels,
  heightOf,
  labelArms,
  markOffset,
} from './row-labels.js';

/** A number of the diagnostics that a point stands for. */
interface RowSeries extends SeriesKey {
  readonly shape: 'circle' | 'diamond';
  select(diagnostics: Diagnostics): number;
}

export interface RowPlan {
  readonly title: string;
  readonly series: readonly RowSeries[];
  /** d3's, for the axis. */
  readonly format: string;
  readonly axisTitle?: string;
  readonly scale: 'linear' | 'log';
  /** Ends of the axis; a point outside stands at the nearest one. */
  selectDomain(values: readonly number[]): readonly [low: number, high: number];
  renderValue(value: number): string;
}

/** A share in training images, with their augmentation, and in test images. */
export function planOfShares(title: string, share: 'constantShare' | 'saturatedShare'): RowPlan {
  return {
    title,
    series: [
      { label: 'training', shape: 'circle', select: ({ input }) => input.train[share] },
      { label: 'test', shape: 'diamond', select: ({ input }) => input.test[share] },
    ],
    format: '.0%',
    scale: 'linear',
    selectDomain: () => [0, 1],
    renderValue: renderShare,
  };
}

interface Point {
  readonly row: number;
  readonly series: string;
  readonly value: number;
}

/** Creates a chart with an arm a row: the mean over its seeds of each series, as a point on a line from the axis' beginning. */
export function createRowPanel(
  plan: RowPlan,
  arms: readonly TrainedArm[],
  options: FigureOptions,
): Panel[] {
  const labelOf = labelArms(arms);
  const measured = arms.flatMap((arm) => {
    const name = labelOf(arm);
    const values = plan.series.map(({ select }) => meanDiagnostic(arm, select));
    return values.every((value) => value !== undefined) ? [{ name, values }] : [];
  });
  if (measured.length === 0) return [];
  const isOne = plan.series.length === 1;
  const unit = plan.axisTitle === undefined ? '' : ` in ${plan.axisTitle}`;
  const rows = measured.map(({ name, values }, row) => {
    const texts = values.map((value, at) =>
      isOne ? plan.renderValue(value) : `${plan.renderValue(value)} ${plan.series[at]?.label}`,
    );
    return { row, name, text: texts.join(', ') };
  });
  const points = measured.flatMap(({ values }, row) =>
    values.map((value, at) => ({ row, series: plan.series[at]?.label ?? '', value })),
  );
  return [
    {
      title: plan.title,
      description: `${plan.title}${unit}: ${rows.map(({ name, text }) => `${name} ${text}`).join('; ')}.`,
      width: options.width,
      height: heightOf(rows.length),
      layers: [
        ...createRowLabels(rows, options),
        ...createPoints(plan, points, { rows: rows.length, options }),
      ],
    },
  ];
}

function createPoints(
  plan: RowPlan,
  points: Point[],
  { rows, options }: { readonly rows: number; readonly options: FigureOptions },
): Layers {
  const [low, high] = plan.selectDomain(points.map(({ value }) => value));
  const x = {
    field: 'value',
    type: 'quantitative',
    title: plan.axisTitle ?? null,
    axis: {
      format: plan.format,
      tickCount: 5,
      grid: false,
      ...(plan.scale === 'log' && { values: createLogTicks([low, high]) }),
    },
    scale: { type: plan.scale, domainMin: low, domainMax: high, nice: false, clamp: true },
  } as const satisfies object;
  const y = createRowEncoding(rows);
  const domain = plan.series.map(({ label }) => label);
  const color = {
    field: 'series',
    type: 'nominal',
    ...(domain.length < 2 && { legend: null }),
    scale: { domain, range: options.theme.series.slice(0, domain.length) },
  } as const satisfies object;
  const shape = { ...color, scale: { domain, range: plan.series.map(({ shape: each }) => each) } };
  return [
    {
      data: { values: points },
      mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.5, yOffset: markOffset },
      encoding: { y, x, x2: { datum: low }, color },
    },
    {
      data: { values: points },
      mark: { type: 'point', filled: true, size: 70, opacity: 1, yOffset: markOffset },
      encoding: { y, x, color, shape },
    },
  ];
}
