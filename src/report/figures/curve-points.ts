import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { DoneTrial } from '../../results/result.js';
import { computeMean } from '../../statistics/mean.js';
import type { SeriesKey } from './figure.js';

/** Values of a trial by epoch or step, from the first on. */
interface CurveSeries extends SeriesKey {
  readonly shape: 'line' | 'dashes';
  /** Missing values and, on a logarithmic axis, those that are not positive are left out. */
  select(trial: DoneTrial): readonly (number | undefined)[];
}

export interface CurvePlan {
  /** The first is also shown, in grey, for the other arms. */
  readonly series: readonly [CurveSeries, ...CurveSeries[]];
  readonly positionTitle: string;
  readonly valueTitle: string;
  readonly scale: 'linear' | 'log';
  /** d3's, for the axis. */
  readonly format: string;
  /** Ends of the axis; from the values without it. */
  readonly domain?: readonly [number, number];
  renderValue(value: number): string;
}

/** Where a curve passes: mean, least and greatest of the seeds that came so far. */
export interface CurvePoint {
  readonly arm: string;
  readonly series: string;
  /** Epoch or step, counted from 1. */
  readonly position: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Returns the points of all curves of an arm. */
export function computePoints(
  { name, trials }: TrainedArm,
  { series, scale }: CurvePlan,
): CurvePoint[] {
  const isUsable = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value) && (scale === 'linear' || value > 0);
  return series.flatMap(({ label, select }) => {
    const curves = trials.map(select);
    const length = Math.max(...curves.map((curve) => curve.length));
    return Array.from({ length }, (_, at) => {
      const values = curves.map((curve) => curve[at]).filter(isUsable);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return { arm: name, series: label, position: at + 1, mean: computeMean(values), low, high };
    }).filter(({ mean }) => Number.isFinite(mean));
  });
}

/** Says in a sentence where each curve of an arm begins and ends. */
export function renderCurves(arm: string, points: readonly CurvePoint[], plan: CurvePlan): string {
  const { positionTitle: noun, valueTitle, renderValue } = plan;
  const parts = plan.series.flatMap(({ label }) => {
    const curve = points.filter(({ series }) => series === label);
    const [first, last] = [curve[0], curve.at(-1)];
    if (!first || !last) return [];
    return `${label} from ${renderValue(first.mean)} in ${noun} ${first.position} to ${renderValue(last.mean)} in ${noun} ${last.position}`;
  });
  return `${valueTitle} of ${arm}: ${parts.join('; ')}.`;
}
