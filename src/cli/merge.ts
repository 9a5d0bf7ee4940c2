import { resolve } from 'node:path';
import { Command } from 'commander';
import type { FolderContent } from '../runner/store/stored-results.js';
import { renderCountOf } from '../text/quantities.js';
import { UserError } from '../user-error.js';
import { requireOutputs, resultsAsInput } from './outputs.js';
import { printNote } from './print-note.js';

const help = `
The same trial in two folders is one, if both have the same numbers; else nothing is written. Trials without a result stay
behind. What the folder of --out holds already is merged too.

Examples:
  $ prep-lab merge machine-1 machine-2 machine-3 --out all
  $ prep-lab table all`;

interface MergeFlags {
  readonly out: string;
}

/** Returns the command that brings results folders together. */
export function createMergeCommand(): Command {
  return new Command('merge')
    .summary('bring the results of several machines together')
    .description('Copy the results of several folders into one, with one table. Trains nothing.')
    .argument('<folders...>', 'results folders')
    .requiredOption('--out <folder>', 'the folder for all results')
    .addHelpText('after', help)
    .action(runMerge);
}

async function runMerge(given: readonly string[], { out }: MergeFlags): Promise<void> {
  const folders = given.filter((folder) => resolve(folder) !== resolve(out));
  await requireOutputs({
    inputs: await Promise.all(folders.map((folder) => resultsAsInput(folder))),
    outputs: [],
    results: [...folders, out],
    folders: [out],
  });
  const { readStoredResults } = await import('../runner/store/stored-results.js');
  const { mergeResults, storeMerged } = await import('../runner/merge-results.js');
  const { openTrialStore } = await import('../runner/store/trial-store.js');
  const { renderMarkdownTable } = await import('../report/markdown-table.js');
  const store = await openTrialStore(out);
  const contents: FolderContent[] = [await readStoredResults(out)];
  for (const folder of folders) {
    const content = await readStoredResults(folder);
    if (content.results.length + content.unfinished.length === 0) throw noTrial(folder);
    contents.push(content);
  }
  const merged = mergeResults(contents.map(({ results }) => results));
  const results = await storeMerged(merged, { store, folder: out });
  await store.writePlan(results.trials);
  await store.writeSummary(results, renderMarkdownTable(results, {}));
  const unfinished = contents.flatMap((content) => content.unfinished);
  if (unfinished.length > 0) {
    printNote(`${renderCountOf(unfinished.length, 'trial')} without a result stayed behind.`);
  }
  printNote(
    `${renderCountOf(merged.length, 'trial')} of ${renderCountOf(folders.length, 'folder')} are in "${out}".`,
  );
}

function noTrial(folder: string): UserError {
  return new UserError(`"${folder}" holds no trial.`, {
    hint: 'name a folder that "prep-lab run --out" wrote; results.json files alone come together with "prep-lab table A B --export-json FILE".',
  });
}
