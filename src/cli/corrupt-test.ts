import { join } from 'node:path';
import { Command } from 'commander';
import type { Progress } from '../progress.js';
import type { DoneTrial, Results } from '../results/result.js';
import type { CorruptTestOptions } from '../runner/corrupt-test.js';
import type { JudgedSets } from '../runner/judge-corruptions.js';
import type { KeptWeights } from '../runner/kept-weights.js';
import type { StoredResult } from '../runner/store/stored-results.js';
import { renderCountOf } from '../text/quantities.js';
import { exitCodes, UserError } from '../user-error.js';
import { addComputeOptions, type ComputeFlags } from './compute-options.js';
import {
  corruptionsFromFlags,
  createCorruptionsOption,
  createSelectionOptions,
  type SelectionFlags,
} from './corruption-options.js';
import { printNote } from './print-note.js';
import {
  createControlOption,
  createJsonOption,
  createPluginOption,
  printJson,
  readCatalogue,
  tableStyle,
} from './shared-options.js';

const help = `
Only trials that "run --keep-weights" trained can be judged; the others stay as they are. What a trial has been judged on
before is replaced.

Examples:
  $ prep-lab corrupt-test mine                               the fifteen corruptions of CIFAR-10-C
  $ prep-lab corrupt-test mine --severities 3 --images 2000  in a few seconds
  $ prep-lab run mine.json --keep-weights --out mine         what it judges`;

interface CorruptTestFlags extends SelectionFlags, ComputeFlags {
  readonly plugin: readonly string[];
  readonly control?: string;
  readonly json?: boolean;
}

/** Returns the command that judges stored weights on corrupted images. */
export function createCorruptTestCommand(): Command {
  const command = new Command('corrupt-test')
    .summary('judge kept weights on corrupted test images')
    .description(
      'Judge the trials of a results folder that kept their weights on corrupted test images, and store what they reach. Trains nothing.',
    )
    .argument('<results>', 'results folder');
  command.addOption(createCorruptionsOption());
  for (const option of createSelectionOptions()) command.addOption(option);
  command.addOption(createPluginOption());
  addComputeOptions(command);
  return command
    .optionsGroup('Results:')
    .addOption(createControlOption())
    .addOption(createJsonOption())
    .addHelpText('after', help)
    .action(runCorruptTest);
}

async function runCorruptTest(folder: string, flags: CorruptTestFlags): Promise<void> {
  const { readStoredResults } = await import('../runner/store/stored-results.js');
  const { results: stored } = await readStoredResults(folder);
  const kept = await findKept(folder, stored);
  if (kept.length === 0) throw noWeights(folder, stored.length);
  const options = await prepare(flags);
  const judged = new Map<string, DoneTrial>();
  for (const [index, { result, weights, predicted }] of kept.entries()) {
    const name = `${result.id} (${index + 1} of ${kept.length})`;
    const task = options.progress.start(`Judging ${name}`, { unit: 'sets' });
    try {
      const onSet = ({ done, all }: JudgedSets) => task.update(done, all);
      judged.set(
        result.id,
        await judge({ folder, result, weights, predicted }, { ...options, onSet }),
      );
    } finally {
      task.stop();
    }
  }
  const left = stored.length - kept.length;
  if (left > 0) printNote(`${renderCountOf(left, 'trial')} without kept weights stayed as before.`);
  const all = stored.map(({ result }) => judged.get(result.id) ?? result);
  await publish(folder, all, flags);
}

interface Kept {
  readonly folder: string;
  readonly result: DoneTrial;
  readonly weights: KeptWeights;
  readonly predicted: Uint8Array | undefined;
}

async function findKept(folder: string, stored: readonly StoredResult[]): Promise<Kept[]> {
  const { readKeptWeights } = await import('../runner/kept-weights.js');
  const kept: Kept[] = [];
  for (const { result, predicted } of stored) {
    if (result.status !== 'done') continue;
    const weights = await readKeptWeights(join(folder, result.id), result.key);
    if (weights) kept.push({ folder, result, weights, predicted });
  }
  return kept;
}

async function prepare(
  flags: CorruptTestFlags,
): Promise<CorruptTestOptions & { readonly progress: Progress }> {
  const { resolveCorruptions } = await import('../corruptions/selection.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const { fetchDataset, keepLast, readDataset } = await import('../datasets/open.js');
  const { startEngine } = await import('../engine/start.js');
  const selection = resolveCorruptions(corruptionsFromFlags(flags));
  const catalogue = await readCatalogue(flags.plugin);
  const progress = createTerminalProgress(process.stderr);
  const { device, threads, verbose = false } = flags;
  const engine = await startEngine({
    device,
    progress,
    verbose,
    ...(threads !== undefined && { threads }),
  });
  const readData = keepLast(async (dataset) =>
    readDataset(dataset, await fetchDataset(dataset, { dataFolder: flags.data, progress })),
  );
  const execution = flags.eager ? 'eager' : 'graph';
  const environment = { execution, threads: engine.threads } as const;
  return { catalogue, readData, selection, environment, progress };
}

/** Judges a trial and stores its result anew, under the trial's lease. */
async function judge(
  { folder, result, weights, predicted }: Kept,
  options: CorruptTestOptions,
): Promise<DoneTrial> {
  const { corruptTest } = await import('../runner/corrupt-test.js');
  const { createTrialStore } = await import('../runner/store/trial-store.js');
  const { acquireLease } = await import('../storage/lease.js');
  const store = createTrialStore(folder);
  const corruptions = await corruptTest(result, weights, options);
  const lease = await acquireLease(store.folderOf(result));
  try {
    const completed: DoneTrial = { ...result, corruptions };
    await store.commit({ trial: result, result: completed, predicted, lease });
    return completed;
  } finally {
    await lease.release();
  }
}

async function publish(
  folder: string,
  trials: Results['trials'],
  flags: CorruptTestFlags,
): Promise<void> {
  const { assembleResults } = await import('../analysis/findings/compute-findings.js');
  const { renderMarkdownTable } = await import('../report/markdown-table.js');
  const { renderTable } = await import('../report/table.js');
  const { openTrialStore } = await import('../runner/store/trial-store.js');
  const { requireControl } = await import('../analysis/comparison/control.js');
  const { control } = flags;
  requireControl(trials, control);
  const results = assembleResults([...trials]);
  const store = await openTrialStore(folder);
  await store.writeSummary(results, renderMarkdownTable(results, { control }));
  if (flags.json) printJson(results);
  else process.stdout.write(renderTable(results, { control, ...(await tableStyle({})) }));
}

function noWeights(folder: string, count: number): UserError {
  return new UserError(
    `"${folder}" must hold trials that kept their weights; none of its ${renderCountOf(count, 'trial')} did.`,
    {
      hint: 'train them with "prep-lab run ... --keep-weights" (with --force, where they are done).',
      exitCode: exitCodes.usage,
    },
  );
}
