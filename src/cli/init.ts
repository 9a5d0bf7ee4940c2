import { dirname, join } from 'node:path';
import { Command, Option } from 'commander';
import type { ProposedDataset } from '../datasets/files/propose-dataset.js';
import { renderLine } from '../visible-text.js';
import type { CiSystem, StarterFile } from './starter.js';

const help = `
Writes two experiments that differ in one thing, a package.json with a script that trains both, a .gitignore and a
README. A file that is there already is left as it is, and named.

Examples:
  $ prep-lab init                       in this folder
  $ prep-lab init mine --ci github      in a new one, with a workflow that compares each pull request with its base
  $ prep-lab init mine --images photos  on images of your own: photos/cat/1.jpg, photos/dog/1.jpg`;

interface InitFlags {
  readonly ci?: CiSystem;
  readonly images?: string;
}

/** Returns the command that writes a first step of one's own. */
export function createInitCommand(): Command {
  return new Command('init')
    .summary('begin experiments of your own')
    .description('Write a first pair of experiments into a folder, ready to run. Trains nothing.')
    .argument('[folder]', 'where to begin; made if it is not there', '.')
    .addOption(
      new Option('--ci <system>', 'also write what compares each change with its base').choices([
        'github',
        'gitlab',
      ]),
    )
    .option(
      '--images <folder>',
      'on images of your own: one folder a class, also below train/ and test/',
    )
    .addHelpText('after', help)
    .action(runInit);
}

async function runInit(folder: string, { ci, images }: InitFlags): Promise<void> {
  const { listStarterFiles } = await import('./starter.js');
  const proposed = images === undefined ? undefined : await propose(images);
  for (const finding of proposed?.findings ?? []) process.stdout.write(`${renderLine(finding)}\n`);
  const files = listStarterFiles(folder, ci, proposed);
  const written = new Set<StarterFile>();
  for (const file of files) if (await writeNew(join(folder, file.path), file)) written.add(file);
  process.stdout.write(renderOutcome(folder, { files, written }));
}

async function propose(images: string): Promise<ProposedDataset> {
  const { proposeDataset } = await import('../datasets/files/propose-dataset.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  return proposeDataset(images, createTerminalProgress(process.stderr));
}

/** Writes a file and returns true, or returns false where something of its name is there. @throws UserError (storage) */
async function writeNew(path: string, { content }: StarterFile): Promise<boolean> {
  const { makeFolder } = await import('../storage/make-folder.js');
  const { writeSyncedFile } = await import('../storage/sync.js');
  const { asWriteError } = await import('../storage/storage-error.js');
  await makeFolder(dirname(path));
  try {
    await writeSyncedFile(path, content);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw asWriteError(error, path);
  }
}

interface Outcome {
  readonly files: readonly StarterFile[];
  readonly written: ReadonlySet<StarterFile>;
}

/** Renders what was written, what was left, and the next commands. */
function renderOutcome(folder: string, { files, written }: Outcome): string {
  const width = Math.max(...files.map(({ path }) => path.length));
  const line = (path: string, text: string) => `  ${path.padEnd(width)}  ${text}`;
  const left = files.filter((file) => !written.has(file));
  const steps = [
    ...(folder === '.' ? [] : [`cd ${quoteForShell(folder)}`]),
    'npm install',
    'npx prep-lab explain experiments/change.json',
    'npm run experiments',
  ];
  const lines = [
    ...(written.size > 0 ? ['Written:'] : []),
    ...[...written].map(({ path, purpose }) => line(path, purpose)),
    ...(left.length > 0 ? ['Left as it is:'] : []),
    ...left.map(({ path, instead }) => line(path, instead ?? 'nothing to do')),
    'Next:',
    ...steps.map((step) => `  ${step}`),
  ];
  return `${lines.map(renderLine).join('\n')}\n`;
}

function quoteForShell(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
