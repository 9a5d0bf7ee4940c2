import { renderChanges } from '../../experiment/sweep/key-path.js';
import type { SearchRecord } from '../../runner/store/search-file.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderCountOf, renderPercent } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers, Panel, SeriesKey } from './figure.js';
import { createLogTicks } from './log-ticks.js';
import { renderSetting } from './row-labels.js';
import { listTried, type TriedConfiguration } from './tried-configuration.js';

const labels = {
  winner: 'the winner',
  'to the end': 'trained to the end',
  fresh: 'mean with fresh seeds',
  left: 'left on the way',
} as const;

/** In square pixels. */
const sizes = { winner: 70, 'to the end': 36, fresh: 110, left: 24 } as const;

const keys = [
  { label: labels.winner, shape: 'line' },
  { label: labels['to the end'], shape: 'dashes' },
  { label: labels.fresh, shape: 'diamond' },
  { label: labels.left, shape: 'ring' },
] as const satisfies readonly SeriesKey[];

/** How a search went: a chart of its rungs, and one of each key that it varied. */
export const search: Figure = {
  name: 'search',
  title: 'The search',
  caption:
    'Validation accuracy of each configuration: in the first chart at its rungs, in the others, by each key of the search, at the last rung that it reached. Fresh seeds tell how much of the winner’s lead was luck.',
  layout: 'panels',
  keys,
  create(arms, options) {
    const searches = options.searches ?? [];
    return searches.flatMap((record) => {
      const tried = listTried(record, arms);
      if (tried.length === 0) return [];
      const prefix = searches.length > 1 ? `${toPlainText(record.experiment)}: ` : '';
      const context = { ...options, tried, y: createAccuracyAxis(tried), prefix };
      const paths = listVaried(tried);
      const names = shortenPaths(paths);
      return [
        createRungsPanel(record, context),
        ...paths.map((path, at) => createKeyPanel(path, names[at] ?? path, context)),
      ];
    });
  },
};

/** Returns the paths of the keys that have several values: --set may give others one. */
function listVaried(tried: readonly TriedConfiguration[]): string[] {
  const valuesOf = new Map<string, Set<string>>();
  for (const { path, value } of tried.flatMap(({ changes }) => changes)) {
    const values = valuesOf.get(path) ?? new Set();
    valuesOf.set(path, values.add(JSON.stringify(value)));
  }
  return [...valuesOf].flatMap(([path, { size }]) => (size > 1 ? path : []));
}

interface Context extends FigureOptions {
  readonly tried: readonly TriedConfiguration[];
  readonly y: ReturnType<typeof createAccuracyAxis>;
  /** Names the search in a title, where there are several. */
  readonly prefix: string;
}

/** Every chart of a search has the same. */
function createAccuracyAxis(tried: readonly TriedConfiguration[]) {
  const all = tried.flatMap(({ rungs, fresh = [] }) => [
    ...rungs.map(({ accuracy }) => accuracy),
    ...[fresh].flat(),
  ]);
  return {
    field: 'accuracy',
    type: 'quantitative',
    title: 'accuracy',
    axis: { format: '.0%', tickCount: 5, titlePadding: 8 },
    scale: { domainMin: Math.min(...all), domainMax: Math.max(...all), zero: false, nice: true },
  } as const satisfies object;
}

function createRungsPanel({ experiment }: SearchRecord, context: Context): Panel {
  const { tried, y, theme, width, prefix } = context;
  const epochs = [...new Set(tried.flatMap(({ rungs }) => rungs.map((rung) => rung.epochs)))];
  const last = Math.max(...epochs);
  const domain: number[] = [0, last];
  const x = {
    field: 'epochs',
    type: 'quantitative',
    title: 'epochs',
    axis: { format: 'd', grid: false, ...(epochs.length <= 6 && { values: epochs }) },
    scale: { domain, nice: false },
  } as const satisfies object;
  const lines = (fate: TriedConfiguration['fate'], mark: object): Layers[number] => ({
    data: {
      values: tried
        .filter((one) => one.fate === fate)
        .flatMap(({ id, rungs }) => rungs.map((rung) => ({ id, ...rung }))),
    },
    mark: { type: 'line', ...mark },
    encoding: { x, y, detail: { field: 'id' } },
  });
  const [winner = '', whole = ''] = theme.series;
  const ends = tried.map((one) => ({ ...one, at: one.rungs.at(-1)?.epochs ?? 0 }));
  return {
    title: `${prefix}rungs`,
    description: describeRungs(experiment, tried),
    width,
    height: Math.round(width * 0.6),
    layers: [
      lines('left', { color: theme.context, strokeWidth: 1, opacity: 0.7 }),
      lines('to the end', { color: whole, strokeWidth: 1.5, strokeDash: [5, 3] }),
      lines('winner', { color: winner, strokeWidth: 2.5 }),
      ...createPoints(ends, x, context),
    ],
  };
}

/** A mark for where each configuration ended, and one for the fresh seeds of those that were confirmed. */
function createPoints(
  tried: readonly (TriedConfiguration & { readonly at: unknown })[],
  x: object,
  { theme, y }: Context,
): Layers {
  const ended = tried.map(({ at, rungs, fate }) => {
    return { at, accuracy: rungs.at(-1)?.accuracy, kind: labels[fate], size: sizes[fate] };
  });
  const confirmed = tried.flatMap(({ at, fresh }) =>
    fresh === undefined ? [] : [{ at, accuracy: fresh, kind: labels.fresh, size: sizes.fresh }],
  );
  const [winner, whole, fresh] = theme.series as [string, string, string];
  const domain = keys.map(({ label }) => label);
  const by = <Value>(range: readonly Value[]) => {
    return { field: 'kind', type: 'nominal', scale: { domain, range } };
  };
  const layer = {
    // What tells most is drawn last.
    data: { values: [...ended, ...confirmed].sort((a, b) => orderOf(b.kind) - orderOf(a.kind)) },
    mark: { type: 'point', opacity: 1, strokeWidth: 1 },
    encoding: {
      x: { ...x, field: 'at' },
      y,
      stroke: by([winner, whole, theme.paper, theme.muted]),
      fill: by([winner, whole, fresh, theme.paper]),
      shape: by(['circle', 'circle', 'diamond', 'circle']),
      size: { field: 'size', type: 'quantitative', scale: null, legend: null },
    },
  };
  return [layer as unknown as Layers[number]];
}

/** A winner lies upon those that were left, and fresh seeds upon a winner. */
function orderOf(kind: (typeof keys)[number]['label']): number {
  return [labels.fresh, labels.winner, labels['to the end'], labels.left].indexOf(kind);
}

function createKeyPanel(path: string, name: string, context: Context): Panel {
  const { tried, width, prefix } = context;
  const values = tried.map(({ changes }) => changes.find((change) => change.path === path)?.value);
  const axis = createValueAxis(values, width);
  const points = tried.map((one, at) => ({ ...one, at: axis.place(values[at]) }));
  return {
    title: `${prefix}${toPlainText(name)}`,
    description: describeKey(path, tried, values),
    width,
    height: Math.round(width * 0.6),
    layers: createPoints(points, axis.x, context),
  };
}

/** Width of a letter of an axis, and room between two labels, in pixels. */
const [letterWidth, labelGap] = [6.3, 6];

/** Returns an axis of listed values, each at its own place, or of numbers where these are too many to be read. */
function createValueAxis(values: readonly unknown[], width: number) {
  const numbers = values.filter((value) => typeof value === 'number');
  const isNumeric = numbers.length === values.length;
  const listed = isNumeric ? numbers.toSorted((a, b) => a - b) : values;
  const domain = [...new Set(listed.map(renderSetting))];
  const longest = Math.max(...domain.map(({ length }) => length));
  if (!isNumeric || domain.length * (letterWidth * longest + labelGap) <= width) {
    const labelLimit = Math.floor(width / domain.length - labelGap);
    const axis = { title: null, grid: false, labelAngle: 0, labelLimit };
    const scale = { type: 'point', domain, padding: 0.5 };
    return { x: { type: 'ordinal', axis, scale }, place: renderSetting };
  }
  const ends = [Math.min(...numbers), Math.max(...numbers)] as const;
  const isLog = areRatios(numbers, ends);
  const ticks = isLog ? { values: createLogTicks(ends) } : { tickCount: 4 };
  const axis = { title: null, grid: false, format: '~g', ...ticks };
  const type = isLog ? { type: 'log' } : { type: 'linear', zero: false };
  const scale = { ...type, domain: ends, nice: false, padding: 8 };
  return { x: { type: 'quantitative', axis, scale }, place: Number };
}

/** Whether numbers lie as a logarithmic axis has them: half of them below a value nearer to the ends' geometric mean. */
function areRatios(numbers: readonly number[], [low, high]: readonly [number, number]): boolean {
  if (low <= 0 || high / low < 20) return false;
  const median = numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? low;
  return median ** 2 < (Math.sqrt(low * high) * (low + high)) / 2;
}

/** Returns the ends of paths, as long as they need to be to differ. */
function shortenPaths(paths: readonly string[]): string[] {
  const endOf = (path: string, steps: number) => path.split('.').slice(-steps).join('.');
  return paths.map((path) => {
    for (let steps = 1; ; steps++) {
      const end = endOf(path, steps);
      if (end === path || paths.filter((other) => endOf(other, steps) === end).length === 1)
        return end;
    }
  });
}

function describeRungs(name: string, tried: readonly TriedConfiguration[]): string {
  const winner = tried.find(({ fate }) => fate === 'winner');
  const epochs = [...new Set(tried.flatMap(({ rungs }) => rungs.map((rung) => rung.epochs)))];
  const reached = epochs
    .toSorted((a, b) => a - b)
    .map((epoch) => {
      const there = tried.flatMap(({ rungs }) => rungs.filter((rung) => rung.epochs === epoch));
      return `${renderCountOf(there.length, 'configuration')} after epoch ${epoch}: ${renderAccuracyRange(there.map(({ accuracy }) => accuracy))}`;
    });
  const found = winner ? ` The winner: ${renderTried(winner)}.` : '';
  return `${toPlainText(name)}, validation accuracy at the rungs; ${reached.join('; ')}.${found}`;
}

function describeKey(
  path: string,
  tried: readonly TriedConfiguration[],
  values: readonly unknown[],
): string {
  const whole = tried.flatMap((one, at) =>
    one.fate === 'left'
      ? []
      : `${renderSetting(values[at])} ${renderPercent(one.rungs.at(-1)?.accuracy ?? 0)}${one.fate === 'winner' ? ' (the winner)' : ''}`,
  );
  const left = tried.flatMap((one) =>
    one.fate === 'left' ? [one.rungs.at(-1)?.accuracy ?? 0] : [],
  );
  const others =
    left.length > 0
      ? `; ${renderCountOf(left.length, 'configuration')} left on the way: ${renderAccuracyRange(left)}`
      : '';
  return toPlainText(`Validation accuracy by ${path}: ${whole.join(', ')}${others}.`);
}

function renderTried({ changes, rungs, fresh }: TriedConfiguration): string {
  const seeds = fresh === undefined ? '' : `, with fresh seeds ${renderPercent(fresh)}`;
  return toPlainText(
    `${renderChanges(changes)} ${renderPercent(rungs.at(-1)?.accuracy ?? 0)}${seeds}`,
  );
}

function renderAccuracyRange(accuracies: readonly number[]): string {
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  return low === high ? renderPercent(low) : `${renderPercent(low)} to ${renderPercent(high)}`;
}
