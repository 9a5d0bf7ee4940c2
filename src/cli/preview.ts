import { Command, InvalidArgumentError, Option } from 'commander';
import type { Catalogue } from '../experiment/catalogue.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';
import type { Preview } from '../look/preview/create-preview.js';
import type { InlineProtocol } from '../look/preview/inline-images.js';
import type { NamedSheet } from '../look/preview/write-sheets.js';
import type { Progress } from '../progress.js';
import { dataAsInputs, nameAll, requireOutputs } from './outputs.js';
import { printNote } from './print-note.js';
import { printWarnings } from './print-warnings.js';
import { createPluginOption, readCatalogue } from './shared-options.js';

const example = `
Examples:
  $ prep-lab preview experiments/photometric.json            writes preview.png
  $ prep-lab preview experiments/*.json -o sheets/           a file for each experiment
  $ prep-lab preview mine.json --images 3 --draws 6 --seed 1
  $ prep-lab preview mine.json --indices 7,26 --inline       in the terminal
  $ prep-lab preview mine.json -o - | display -`;

interface PreviewFlags {
  readonly out?: string;
  readonly seed: number;
  readonly images: number;
  readonly indices?: readonly number[];
  readonly draws: number;
  readonly inline?: InlineProtocol | true;
  readonly exportJson?: string;
  readonly data?: string;
  readonly plugin: readonly string[];
}

/** Returns the command that draws what the stages do to real images. */
export function createPreviewCommand(): Command {
  return new Command('preview')
    .summary('draw what the stages do to real images')
    .description(
      'Draw a contact sheet of real training images: as they come and after each stage, several draws of the random ones, and below them the values after each stage. What lies outside of the range that test images have is striped. No training, no GPU; the same seed gives the same bytes.',
    )
    .argument('<files...>', 'experiment files (JSON or YAML)')
    .option(
      '-o, --out <file>',
      'a .png file (several sheets below one another), a folder for one file an experiment, or - for stdout (default: "preview.png", nothing with --inline)',
    )
    .option('--seed <n>', 'the seed of the draws', parseSeed, 0)
    .option('--images <n>', 'show this many training images', parseCount(100), 6)
    .addOption(
      new Option('--indices <i[,i...]>', 'show these training images, counted from 0')
        .argParser(parseIndices)
        .conflicts('images'),
    )
    .option('--draws <n>', 'show this many draws of the random stages', parseCount(50), 3)
    .addOption(createInlineOption())
    .option('--export-json <file>', 'write the values of all places as JSON, too')
    .option('--data <folder>', 'take the files of a published data set from this folder')
    .addOption(createPluginOption())
    .addHelpText('after', example)
    .action(runPreview);
}

async function runPreview(files: readonly string[], flags: PreviewFlags): Promise<void> {
  const { readExperiments } = await import('../experiment/read-experiment.js');
  const { listSheetFiles, parseTarget, writeSheets } = await import(
    '../look/preview/write-sheets.js'
  );
  const { chooseProtocol, renderInline } = await import('../look/preview/inline-images.js');
  const out = flags.out ?? (flags.inline ? undefined : 'preview.png');
  const target = out === undefined ? undefined : await parseTarget(out);
  const protocol = flags.inline && (await chooseProtocol(flags.inline));
  const catalogue = await readCatalogue(flags.plugin);
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const progress = createTerminalProgress(process.stderr);
  const experiments = await readExperiments(files, catalogue, progress);
  const sheetFiles =
    target &&
    listSheetFiles(
      experiments.map(({ name }) => name),
      target,
    );
  await requireOutputs({
    inputs: [
      ...nameAll('the experiment', files),
      ...nameAll('the plug-in', flags.plugin),
      ...(await dataAsInputs(flags.data)),
    ],
    outputs: [
      ...nameAll('--out', sheetFiles ?? []),
      ...nameAll('--export-json', flags.exportJson === undefined ? [] : [flags.exportJson]),
    ],
    results: [],
    folders: target?.kind === 'folder' ? [target.path] : [],
  });
  await printWarnings(experiments, catalogue);

  const { drawSheet } = await import('../look/preview/draw-sheet.js');
  const previews = await createPreviews(experiments, { flags, catalogue, progress });
  const sheets: NamedSheet[] = [];
  for (const preview of previews) {
    sheets.push({ name: preview.name, bitmap: await drawSheet(preview) });
  }
  if (flags.exportJson !== undefined) await exportJson(flags.exportJson, previews);
  if (protocol) {
    const { columns } = process.stdout;
    for (const { bitmap } of sheets) {
      process.stdout.write(await renderInline(bitmap, protocol, columns));
    }
  }
  if (!target) return;
  for (const file of await writeSheets(sheets, target)) printNote(`The preview is in "${file}".`);
}

async function createPreviews(
  experiments: readonly ExperimentFromFile[],
  {
    flags,
    catalogue,
    progress,
  }: {
    readonly flags: PreviewFlags;
    readonly catalogue: Catalogue;
    readonly progress: Progress;
  },
): Promise<Preview[]> {
  const { openLaboratory } = await import('../look/inspection/open-laboratory.js');
  const { createPreview } = await import('../look/preview/create-preview.js');
  const { readData } = await openLaboratory({
    device: 'cpu',
    datasets: experiments.map(({ dataset }) => dataset),
    dataFolder: flags.data,
    progress,
  });
  const { seed, draws } = flags;
  const images = flags.indices ?? flags.images;
  const previews: Preview[] = [];
  for (const experiment of experiments) {
    const data = await readData(experiment.dataset);
    previews.push(createPreview(experiment, { catalogue, data, seed, images, draws }));
  }
  return previews;
}

async function exportJson(file: string, previews: readonly Preview[]): Promise<void> {
  const { renderPreviewJson } = await import('../look/preview/write-sheets.js');
  const { writeOutput } = await import('../storage/output-file.js');
  await writeOutput(file, renderPreviewJson(previews));
}

function createInlineOption(): Option {
  return new Option(
    '--inline [protocol]',
    'show the sheets in the terminal: kitty, iterm2 or sixel; without a name the terminal is asked',
  ).choices(['kitty', 'iterm2', 'sixel']);
}

function parseCount(most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`expected a whole number from 1 to ${most}.`);
  };
}

function parseSeed(text: string): number {
  if (/^\d+$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new InvalidArgumentError('expected a whole number from 0 on.');
}

function parseIndices(text: string): readonly number[] {
  const indices = text.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  if (indices.length <= 100 && indices.every(Number.isSafeInteger)) return indices;
  throw new InvalidArgumentError('expected whole numbers with commas: 7,26.');
}
