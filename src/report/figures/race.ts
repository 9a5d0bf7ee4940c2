import { selectControl, type TrainedArm } from '../../analysis/findings/trained-arm.js';
import { type RaceRules, rulesOf } from '../../analysis/race/judge-race.js';
import type { Race } from '../../experiment/race.js';
import type { DoneTrial } from '../../results/result.js';
import { computeNominalLevel } from '../../statistics/sequential-t-test.js';
import { testPairs } from '../../statistics/t-test.js';
import { renderCountOf, renderPoints } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers, SeriesKey } from './figure.js';

const [told, open] = ['significant', 'not significant'] as const;

const keys = [
  { label: told, shape: 'circle' },
  { label: open, shape: 'ring' },
] as const satisfies readonly SeriesKey[];

/** What a look at a race saw, in points. */
interface LookPoint {
  readonly seeds: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly kind: (typeof keys)[number]['label'];
}

/** How the interval of each racer's difference from the control narrowed, look by look, until the race ended for it. */
export const race: Figure = {
  name: 'race',
  title: 'The race',
  caption:
    'Test accuracy minus that of the control in points, after each look, with the interval that holds at all looks together; it is significant where the interval leaves 0. Grey: the margin, within which no difference matters. The last point is where the race ended.',
  layout: 'panels',
  keys,
  create(arms, options) {
    const racers = arms.flatMap((arm) => {
      const rules = arm.trials[0].experiment.race;
      const points = rules ? listLooks(arm, arms, rules) : [];
      return rules && points.length > 0 ? [{ arm, points, rules: rulesOf(rules) }] : [];
    });
    const ends = racers.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
    return racers.map(({ arm, points, rules }) => ({
      title: arm.name,
      description: describe(arm, points),
      width: options.width,
      height: Math.round(options.width * 0.6),
      layers: createLayers(points, rules, { ...options, ends }),
    }));
  },
};

function listLooks(arm: TrainedArm, arms: readonly TrainedArm[], own: Race): LookPoint[] {
  const control = selectControl({ trials: arms.flatMap(({ trials }) => trials) }, own.against);
  const others = new Map(
    arms.find(({ name }) => name === control)?.trials.map((trial) => [trial.seed, trial]),
  );
  const pairs = arm.trials
    .flatMap((trial) => pairWith(trial, others.get(trial.seed)))
    .toSorted((a, b) => a.seed - b.seed);
  const { looks, alpha } = rulesOf(own);
  const level = 1 - computeNominalLevel(alpha, looks);
  return pairs.flatMap((_, index) => {
    const seen = pairs.slice(0, index + 1);
    const test = testPairs(
      seen.map(({ before }) => before),
      seen.map(({ after }) => after),
      level,
    );
    if (!test || seen.length < looks.first || seen.length > looks.last) return [];
    const { difference, interval } = test;
    return {
      seeds: seen.length,
      difference: 100 * difference,
      low: 100 * interval.lower,
      high: 100 * interval.upper,
      kind: test.pValue <= 1 - level ? told : open,
    };
  });
}

function pairWith(after: DoneTrial, before: DoneTrial | undefined) {
  if (!before) return [];
  return { seed: after.seed, before: before.test.accuracy, after: after.test.accuracy };
}

function describe({ name }: TrainedArm, points: readonly LookPoint[]): string {
  const looks = points.map(
    ({ seeds, difference, low, high, kind }) =>
      `after ${renderCountOf(seeds, 'seed')} ${renderPoints(difference / 100)} (${renderPoints(low / 100)} to ${renderPoints(high / 100)}), ${kind}`,
  );
  return `${name}, difference from the control in points: ${looks.join('; ')}.`;
}

function createLayers(
  points: readonly LookPoint[],
  { looks, margin }: RaceRules,
  { theme, ends }: FigureOptions & { readonly ends: readonly number[] },
): Layers {
  const most = Math.max(looks.first + 1, ...points.map(({ seeds }) => seeds));
  const domain: number[] = [looks.first - 0.5, most + 0.5];
  const x = {
    field: 'seeds',
    type: 'quantitative',
    title: 'seeds',
    axis: { tickMinStep: 1, tickCount: 6, format: 'd', grid: false },
    scale: { domain, nice: false },
  } as const satisfies object;
  const y = {
    field: 'difference',
    type: 'quantitative',
    title: 'points',
    axis: { format: '+~r', labelExpr: "datum.value === 0 ? '0' : datum.label", tickCount: 5 },
    scale: { domainMin: Math.min(0, ...ends), domainMax: Math.max(0, ...ends), nice: true },
  } as const satisfies object;
  const [blue] = theme.series as [string];
  const color = (range: readonly string[]) =>
    ({
      field: 'kind',
      type: 'nominal',
      legend: null,
      scale: { domain: [told, open], range: [...range] },
    }) as const;
  return [
    {
      data: { values: [{ difference: -100 * margin, high: 100 * margin }] },
      mark: { type: 'rect', color: theme.context, opacity: 0.35 },
      encoding: { y, y2: { field: 'high' } },
    },
    {
      data: { values: [{ difference: 0 }] },
      mark: { type: 'rule', color: theme.muted },
      encoding: { y },
    },
    {
      data: { values: [...points] },
      mark: { type: 'rule', strokeWidth: 2 },
      encoding: {
        x,
        y: { ...y, field: 'low' },
        y2: { field: 'high' },
        stroke: color([blue, theme.muted]),
      },
    },
    {
      data: { values: [...points] },
      mark: { type: 'point', size: 60, strokeWidth: 1.5, opacity: 1, shape: 'circle' },
      encoding: { x, y, stroke: color([blue, theme.muted]), fill: color([blue, theme.paper]) },
    },
  ];
}
