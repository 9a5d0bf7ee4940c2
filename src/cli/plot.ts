import { Command, InvalidArgumentError } from 'commander';
import type { FigureFormat } from '../report/figures/draw-figure.js';
import type { Figure } from '../report/figures/figure.js';
import { UserError } from '../user-error.js';
import { requireOutputs, resultsAsInput } from './outputs.js';
import { printNote } from './print-note.js';
import { createControlOption } from './shared-options.js';

const example = `
Examples:
  $ prep-lab plot                                      the figures there are
  $ prep-lab plot learning-curves results/study -o curves.svg
  $ prep-lab plot accuracy --control minmax -o accuracy.png --zoom 3
  $ prep-lab plot calibration -o calibration.vl.json   Vega-Lite's format, to change it`;

interface PlotFlags {
  readonly out?: string;
  readonly control?: string;
  readonly width?: number;
  readonly zoom: number;
}

const formats: readonly FigureFormat[] = ['svg', 'png', 'vl.json'];

/** Returns the command that draws one figure of results. */
export function createPlotCommand(): Command {
  return new Command('plot')
    .summary('draw one figure of results as SVG or PNG')
    .description(
      'Draw one figure of stored results for a paper, on white, as SVG, PNG or Vega-Lite. Without a name the figures are listed.',
    )
    .argument('[figure]', 'which figure')
    .argument('[results]', 'a results folder, or a results.json', 'results')
    .option(
      '-o, --out <file>',
      'an .svg, .png or .vl.json file (default: an SVG with the figure’s name)',
    )
    .addOption(createControlOption())
    .option('--width <pixels>', 'width of a chart', parseWithin(100, 4000))
    .option('--zoom <n>', 'pixels of a PNG for one of the figure', parseWithin(1, 8), 2)
    .addHelpText('after', example)
    .action(runPlot);
}

async function runPlot(name: string | undefined, path: string, flags: PlotFlags): Promise<void> {
  const { figures } = await import('../report/figures/list.js');
  if (name === undefined) {
    process.stdout.write(renderFigureList(figures));
    return;
  }
  const figure = figures.find((each) => each.name === name) ?? (await refuseName(name, figures));
  const file = flags.out ?? `${figure.name}.svg`;
  const format = requireFormat(file);
  await requireOutputs({
    inputs: [await resultsAsInput(path)],
    outputs: [{ name: '--out', path: file }],
    results: [path],
  });
  const { readResults } = await import('../results/read-results.js');
  const results = await readResults(path);
  const { drawFigure } = await import('../report/figures/draw-figure.js');
  const { control, width, zoom } = flags;
  const { requireControl } = await import('../analysis/comparison/control.js');
  requireControl(results.trials, control);
  const { folderOf } = await import('./write-report.js');
  const { readSearches } = await import('../runner/store/search-file.js');
  const searches = await readSearches(folderOf(path));
  const content = await drawFigure(figure, results, { format, control, width, zoom, searches });
  if (content === undefined) throw nothingToShow(figure, path);
  const { writeOutput } = await import('../storage/output-file.js');
  await writeOutput(file, content);
  printNote(`The figure is in "${file}".`);
}

function renderFigureList(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}

async function refuseName(name: string, figures: readonly Figure[]): Promise<never> {
  const { findNearest } = await import('../text/nearest.js');
  const { quote } = await import('../text/quote.js');
  const names = figures.map((figure) => figure.name);
  const near = findNearest(name, names);
  throw new UserError(`There is no figure ${quote(name)}.`, {
    hint: near ? `did you mean "${near}"?` : `the figures are ${names.join(', ')}.`,
  });
}

function requireFormat(file: string): FigureFormat {
  const format = formats.find((each) => file.endsWith(`.${each}`));
  if (format) return format;
  throw new UserError(
    `The file of a figure must end in .svg, .png or .vl.json, received "${file}".`,
    {
      hint: 'for example -o figure.svg.',
    },
  );
}

const neededBy: Readonly<Record<string, string>> = {
  differences: 'name the experiment to compare with, for example --control minmax.',
  race: 'it needs a run with a race: docs/search.md.',
  search: 'it needs a search that is done, and its search.json beside the results: docs/search.md.',
};

function nothingToShow({ name }: Figure, path: string): UserError {
  return new UserError(`"${path}" has nothing that the figure "${name}" shows.`, {
    hint:
      neededBy[name] ??
      'it needs finished trials, and for all but accuracy and curves their diagnostics.',
  });
}

function parseWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
  };
}
