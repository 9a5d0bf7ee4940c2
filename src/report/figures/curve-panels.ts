import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { type CurvePlan, type CurvePoint, computePoints, renderCurves } from './curve-points.js';
import type { FigureOptions, Layers, Panel } from './figure.js';
import { createLogTicks } from './log-ticks.js';
import { labelArms } from './row-labels.js';
import type { Theme } from './theme.js';

/** With more arms, single curves in grey tell nothing, and a page of them grows with the square of their number. */
const mostLines = 13;

/** Creates a chart an arm: its curves as means over the seeds, the seeds' range as a band, the other arms in grey. */
export function createCurvePanels(
  plan: CurvePlan,
  arms: readonly TrainedArm[],
  { width, theme }: FigureOptions,
): Panel[] {
  const points = arms.flatMap((arm) => computePoints(arm, plan));
  const shown = arms.filter((arm) => points.some((point) => point.arm === arm.name));
  const axes = createAxes(plan, points);
  const labelOf = labelArms(arms);
  return shown.map((arm) => {
    const { name } = arm;
    const title = labelOf(arm);
    const own = points.filter((point) => point.arm === name);
    const [main] = plan.series;
    const others = points.filter((point) => point.arm !== name && point.series === main.label);
    return {
      title,
      description: renderCurves(title, own, plan),
      width,
      height: Math.round(width * 0.6),
      layers: [
        shown.length > mostLines
          ? createContextBand(others, { axes, theme })
          : createContextLines(others, { axes, theme }),
        ...createOwnLayers(plan, own, { axes, theme }),
      ],
    };
  });
}

type Context = { readonly axes: ReturnType<typeof createAxes>; readonly theme: Theme };

function createContextLines(others: CurvePoint[], { axes, theme }: Context): Layers[number] {
  return {
    data: { values: others },
    mark: { type: 'line', color: theme.context, strokeWidth: 1, opacity: 0.7 },
    encoding: { ...axes, detail: { field: 'arm' } },
  };
}

/** From the lowest to the highest of the others' curves. */
function createContextBand(others: CurvePoint[], { axes, theme }: Context): Layers[number] {
  const last = Math.max(...others.map(({ position }) => position));
  const values = Array.from({ length: last }, (_, at) => {
    const means = others.filter(({ position }) => position === at + 1).map(({ mean }) => mean);
    return { position: at + 1, low: Math.min(...means), high: Math.max(...means) };
  }).filter(({ low }) => Number.isFinite(low));
  const y = { ...axes.y, field: 'low' };
  return {
    data: { values },
    mark: { type: 'area', color: theme.context, opacity: 0.35 },
    encoding: { x: axes.x, y, y2: { field: 'high' } },
  };
}

/** Every chart of a figure has the same axes. */
function createAxes(plan: CurvePlan, points: readonly CurvePoint[]) {
  const last = Math.max(...points.map(({ position }) => position));
  const ends = plan.domain ?? ([least(points), greatest(points)] as const);
  const domain: number[] = [...ends];
  return {
    x: {
      field: 'position',
      type: 'quantitative',
      title: plan.positionTitle,
      axis: { tickMinStep: 1, tickCount: 6, format: 'd', grid: false },
      scale: { domain: last > 1 ? [1, last] : [0, 2], nice: false },
    },
    y: {
      field: 'mean',
      type: 'quantitative',
      title: plan.valueTitle,
      axis: {
        format: plan.format,
        tickCount: 5,
        ...(plan.scale === 'log' && { values: createLogTicks(ends) }),
      },
      scale: {
        type: plan.scale,
        domain,
        ...(plan.scale === 'linear' && { zero: false }),
        nice: false,
      },
    },
  } as const satisfies Record<'x' | 'y', object>;
}

function createOwnLayers(plan: CurvePlan, own: CurvePoint[], { axes, theme }: Context): Layers {
  const domain = plan.series.map(({ label }) => label);
  const range = theme.series.slice(0, domain.length);
  const dashes = plan.series.map(({ shape }) => (shape === 'dashes' ? [5, 3] : [1, 0]));
  const legend = domain.length > 1 ? { symbolType: 'stroke', symbolStrokeWidth: 2 } : null;
  const color = { field: 'series', type: 'nominal', legend, scale: { domain, range } } as const;
  const strokeDash = { ...color, scale: { domain, range: dashes } };
  const isPoint = own.every(({ position }) => position === own[0]?.position);
  const y = { ...axes.y, field: 'low' };
  return [
    {
      data: { values: own.filter(({ low, high }) => low < high) },
      mark: { type: 'area', opacity: 0.22 },
      encoding: { x: axes.x, y, y2: { field: 'high' }, color },
    },
    {
      data: { values: own },
      mark: { type: 'line', strokeWidth: 2, point: isPoint },
      encoding: { ...axes, color, strokeDash },
    },
  ];
}

function least(points: readonly CurvePoint[]): number {
  return Math.min(...points.map(({ low }) => low));
}

function greatest(points: readonly CurvePoint[]): number {
  return Math.max(...points.map(({ high }) => high));
}
