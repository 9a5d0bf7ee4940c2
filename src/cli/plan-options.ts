import { type Command, Option } from 'commander';
import type { Catalogue } from '../catalogue.js';
import type { Precision } from '../engine/program/precision.js';
import type { Overrides } from '../experiment/override.js';
import type { Axis } from '../experiment/sweep/axis.js';
import type { Conditions } from '../runner/plan/conditions.js';
import type { Filter } from '../runner/plan/parse-filter.js';
import type { Shard } from '../runner/plan/parse-shard.js';
import type { Trial } from '../runner/trial.js';
import { createFilterOption, createShardOption } from './filter-option.js';
import { createLimitOption } from './limit-option.js';
import { parseCount } from './parse-count.js';
import { printWarnings } from './print-warnings.js';
import { createSeedOption, createSeedsOption } from './seeds-option.js';
import { createSetOption } from './set-option.js';

/** Which trials come of experiment files. */
export interface PlanFlags {
  readonly quick?: boolean;
  readonly epochs?: number;
  readonly limit?: { readonly train: number; readonly test: number };
  readonly seeds?: readonly number[];
  readonly seed?: readonly number[];
  readonly precision?: Precision;
  readonly set: readonly Axis[];
  readonly filter: readonly Filter[];
  readonly shard?: Shard;
}

/** Adds the options that say which trials come of the files. */
export function addPlanOptions(command: Command): void {
  command
    .option('--quick', '2,000 training and 1,000 test images, at most 5 epochs')
    .option('--epochs <n>', 'train this many epochs', parseCount)
    .addOption(createLimitOption())
    .addOption(createSeedsOption())
    .addOption(createSeedOption())
    .addOption(createPrecisionOption())
    .addOption(createSetOption())
    .addOption(createFilterOption())
    .addOption(createShardOption());
}

/**
 * Reads the files and returns the trials that the flags ask for; prints what looks wrong in them to stderr.
 * @throws UserError
 */
export async function planFromFlags(
  files: readonly string[],
  flags: PlanFlags,
  context: { readonly catalogue: Catalogue; readonly conditions: Conditions },
): Promise<readonly Trial[]> {
  const { readExperimentFiles } = await import('../experiment/read-experiment.js');
  const { planArms } = await import('../runner/trial.js');
  const { filterTrials } = await import('../runner/plan/filter-trials.js');
  const { takeShard } = await import('../runner/plan/take-shard.js');
  const { renderSameTrials } = await import('./render-same-trials.js');
  const { catalogue } = context;
  const read = await readExperimentFiles(files, { catalogue, sets: flags.set });
  const arms = read.flatMap((file) => file.arms);
  await printWarnings(
    arms.map(({ experiment }) => experiment),
    catalogue,
  );
  const plan = planArms(arms, overridesOf(flags), context);
  process.stderr.write(renderSameTrials(plan));
  const fitting = filterTrials(plan.trials, flags.filter);
  return flags.shard ? takeShard(fitting, flags.shard) : fitting;
}

function createPrecisionOption(): Option {
  const description = "what networks compute in, in place of the files' own (docs/precision.md)";
  return new Option('--precision <precision>', description).choices(['float32', 'mixed-bfloat16']);
}

function overridesOf({ quick, epochs, limit, seeds, seed, precision }: PlanFlags): Overrides {
  const chosen = seeds ?? seed;
  return {
    ...(quick && { quick }),
    ...(epochs !== undefined && { epochs }),
    ...(limit && { limit }),
    ...(chosen && { seeds: chosen }),
    ...(precision && { precision }),
  };
}
