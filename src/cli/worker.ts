import { Command } from 'commander';
import { exitCodes, UserError } from '../user-error.js';
import { localLauncher, type TaskFlags } from './launcher-options.js';
import { readCatalogue } from './shared-options.js';

const help = `
A run with --launcher slurm starts workers itself: see docs/scale.md.

Example:
  $ prep-lab worker --chunk results/slurm/1/chunks/0.json     what task 0 of a Slurm job does`;

interface WorkerFlags {
  readonly chunk: string;
}

/** Returns the command that trains what a run on another machine hands out. */
export function createWorkerCommand(): Command {
  return new Command('worker')
    .summary('train what a run on another machine hands out')
    .description(
      "Train the trials that a run hands out. Results go into the run's folder; the run writes the table.",
    )
    .requiredOption('--chunk <file>', 'the trials of one task of Slurm')
    .addHelpText('after', help)
    .action(runWorker);
}

async function runWorker({ chunk: file }: WorkerFlags): Promise<void> {
  const { readChunk } = await import('../runner/launchers/slurm/chunk.js');
  const { readConditions } = await import('../runner/plan/conditions.js');
  const { receiveTrial } = await import('../runner/handed-trial.js');
  const { trainPlan } = await import('./train-plan.js');
  const { flags: sent, out, trials: handed, ...request } = await readChunk(file);
  const flags = { ...(sent as unknown as TaskFlags), ...localLauncher, out, wait: true };
  const catalogue = await readCatalogue(flags.plugin);
  const conditions = await readConditions(request);
  const plan = handed.map((trial) => receiveTrial(trial, { catalogue, conditions }));
  const { trials } = await trainPlan(plan, { flags, catalogue, conditions, summary: 'left' });
  const failed = trials.filter(({ status }) => status === 'failed').length;
  if (failed === 0) return;
  throw new UserError(`${failed} of ${plan.length} trials failed.`, {
    hint: "the run's table says why.",
    exitCode: exitCodes.trialFailed,
  });
}
