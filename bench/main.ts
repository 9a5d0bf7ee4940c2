import { fetchCifar10 } from '#prep-lab/cifar10/files.js';
import { renderError } from '#prep-lab/cli/report-error.js';
import { createTerminalProgress } from '#prep-lab/cli/terminal-progress.js';
import { installEngine } from '#prep-lab/engine/install/engine.js';
import { exitCodes, UserError } from '#prep-lab/user-error.js';
import { type BenchFlags, createBenchCommand } from './command-line.js';
import type { BenchContext } from './context.js';
import { describeMachine } from './machine.js';
import { type Measurement, sectionNames } from './measurement.js';
import { type Peer, type PeerName, preparePeer } from './peers/environment.js';
import { projectFile } from './project-file.js';
import { renderMeasurement } from './render/measurement.js';
import { renderReport } from './render/report.js';
import { openResultsStore, type ResultsStore } from './results-store.js';
import { sections } from './sections/list.js';
import { chooseSizes, type Sizes } from './sizes.js';

async function runBench(flags: BenchFlags): Promise<void> {
  const { device, threads, data } = flags;
  const size = flags.quick ? 'quick' : 'full';
  const begun = {
    format: 'prep-lab benchmark',
    version: 1,
    startedAt: new Date().toISOString(),
    machine: await describeMachine(device),
    settings: { device, threads, size },
  } as const;
  const progress = createTerminalProgress(process.stderr);
  await installEngine({ device, progress });
  const dataFolder = await fetchCifar10({ dataFolder: data, progress });
  const peers = await preparePeers(flags);
  const store = await openResultsStore(
    begun,
    flags.out ?? (flags.quick ? undefined : projectFile('bench')),
  );
  const context: BenchContext = {
    settings: begun.settings,
    sizes: withRounds(chooseSizes(size, device), flags.rounds),
    dataFolder,
    peers,
    async record(measurement) {
      note(renderMeasurement(measurement));
      await store.add(measurement);
    },
  };
  for (const section of sections) {
    if (flags.only.includes(section.name)) await section.measure(context);
  }
  process.stdout.write(renderReport(store.results));
  requireOwnSides(store);
}

/** A peer may be missing; prep-lab may not. */
function requireOwnSides({ results }: ResultsStore): void {
  const failed = results.measurements.filter(isOwnFailure);
  if (failed.length === 0) return;
  const names = failed.map((place) => `${place.section}, ${place.case}, ${place.side}`);
  throw new UserError(`prep-lab's own sides failed:\n${names.join('\n')}`, {
    hint: 'The table above says why.',
    exitCode: exitCodes.trialFailed,
  });
}

function isOwnFailure({ status, side }: Measurement): boolean {
  return status === 'skipped' && !/^(Keras|PyTorch|torchvision)/.test(side);
}

function withRounds(sizes: Sizes, rounds: number | undefined): Sizes {
  if (rounds === undefined) return sizes;
  const all = Object.fromEntries(sectionNames.map((name) => [name, rounds]));
  return { ...sizes, rounds: all as Sizes['rounds'] };
}

async function preparePeers({ python, device }: BenchFlags): Promise<Record<PeerName, Peer>> {
  if (python !== undefined) return { keras: { python }, pytorch: { python } };
  return {
    keras: await preparePeer('keras', { device, note }),
    pytorch: await preparePeer('pytorch', { device, note }),
  };
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

// So that what runs is ended with the benchmark.
process.once('SIGINT', () => process.exit(exitCodes.interrupted));
process.once('SIGTERM', () => process.exit(exitCodes.terminated));

await createBenchCommand(runBench)
  .parseAsync()
  .catch((error: unknown) => {
    const { text, exitCode } = renderError(error);
    process.stderr.write(text);
    process.exitCode = exitCode;
  });
