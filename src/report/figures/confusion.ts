import { meanDiagnostic, type TrainedArm } from '../../analysis/findings/trained-arm.js';
import { type DatasetFacts, factsOf, nameClass } from '../../datasets/facts.js';
import { renderShare } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers, Panel } from './figure.js';

/** Returns an arm's confusion matrix, its counts as means over the seeds; nothing where a trial has none. */
export function meanConfusion(arm: TrainedArm): number[][] | undefined {
  const first = arm.trials[0].diagnostics?.confusion;
  if (!first || first.length === 0 || arm.trials.some(({ diagnostics }) => !diagnostics))
    return undefined;
  return first.map((row, truth) =>
    row.map(
      (_, predicted) =>
        meanDiagnostic(arm, ({ confusion }) => confusion[truth]?.[predicted] ?? 0) ?? 0,
    ),
  );
}

/**
 * From this share on a cell is so dark that its text must be light. There both kinds of text have a contrast of 4.5:1 to
 * the cell, in the figure as in the page, light and dark.
 */
export const deepShare = 0.617;

/** With more classes cells are too small for numbers: colours alone say which mistakes are frequent. */
export const mostNumbered = 25;

interface Cell {
  readonly truth: string;
  readonly predicted: string;
  /** Of the images of the true class. */
  readonly share: number;
  readonly text: string;
}

/** What test images are taken for. */
export const confusion: Figure = {
  name: 'confusion',
  title: 'Confusion',
  caption:
    'Test images by true class (rows) and predicted class (columns), in percent of the true class: mean over the seeds.',
  layout: 'panels',
  keys: [],
  create(arms, options) {
    return arms.flatMap((arm) => {
      const counts = meanConfusion(arm);
      return counts ? [createPanel(arm, counts, options)] : [];
    });
  },
};

function createCells(counts: readonly (readonly number[])[], facts: DatasetFacts): Cell[] {
  return counts.flatMap((row, truth) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => {
      const share = all > 0 ? count / all : 0;
      return {
        truth: nameClass(facts, truth),
        predicted: nameClass(facts, predicted),
        share,
        text: count === 0 ? '' : (100 * share).toFixed(0),
      };
    });
  });
}

function createPanel(
  { name, trials }: TrainedArm,
  counts: readonly (readonly number[])[],
  options: FigureOptions,
): Panel {
  const facts = factsOf(trials[0].experiment.dataset);
  const cells = createCells(counts, facts);
  const right = cells.filter(({ truth, predicted }) => truth === predicted);
  const texts = right.map(({ truth, share }) => `${truth} ${renderShare(share)}`);
  return {
    title: name,
    description: `Share of each class that ${name} gets right: ${texts.join(', ')}.`,
    width: options.width,
    height: options.width,
    layers: createLayers(cells, { ...options, sort: facts.classNames }),
  };
}

function createLayers(
  cells: Cell[],
  { theme, sort: names }: FigureOptions & { readonly sort: readonly string[] },
): Layers {
  const sort = [...names];
  const isDense = sort.length > mostNumbered;
  const axis = isDense ? { labels: false, ticks: false } : {};
  const x = { field: 'predicted', type: 'nominal', sort, title: 'predicted', axis } as const;
  const y = { field: 'truth', type: 'nominal', sort, title: 'true class', axis } as const;
  const opacity = { field: 'share', type: 'quantitative', legend: null } as const;
  const scale = { domainMin: 0, domainMax: 1, rangeMin: 0.03, rangeMax: 1 };
  const texts = [
    { color: theme.text, values: cells.filter(({ share }) => share < deepShare) },
    { color: theme.onDeep, values: cells.filter(({ share }) => share >= deepShare) },
  ];
  return [
    {
      data: { values: cells },
      mark: { type: 'rect', color: theme.deep },
      encoding: { x, y, opacity: { ...opacity, scale } },
    },
    ...(isDense ? [] : texts).map(({ color, values }): Layers[number] => ({
      data: { values },
      mark: { type: 'text', fontSize: 9, color },
      encoding: { x, y, text: { field: 'text' } },
    })),
  ];
}
