import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CorruptionsOption } from '../corruptions/selection.js';
import { listBfloat16Units } from '../engine/processor.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { Overrides } from '../experiment/override.js';
import type { Race } from '../experiment/race.js';
import type { Axis } from '../experiment/sweep/axis.js';
import { parseSet } from '../experiment/sweep/value-list.js';
import type { Precision } from '../graph/precision.js';
import type { Problem } from '../problem.js';
import type { Conditions } from '../runner/plan/conditions.js';
import {
  type Filter,
  parseFilter,
  parseShard,
  parseTrialList,
  type Shard,
  type TrialReference,
} from '../runner/plan/parse-selection.js';
import type { Trial } from '../runner/trial.js';
import { quote } from '../text/quote.js';
import { UserError } from '../user-error.js';
import { createCorruptionsOption } from './corruption-options.js';
import { printWarnings } from './print-warnings.js';
import { parseCount } from './shared-options.js';

/** Returns `--filter <pattern>`, which may be given several times: all must fit. */
function createFilterOption(): Option {
  const description =
    "only trials that fit: 'z*' (experiments), seed=0,1 or training.batchSize=32; '!' for all others; repeatable";
  return new Option('--filter <pattern>', description)
    .argParser((text: string, filters: readonly Filter[]) => [...filters, readFilter(text)])
    .default([], 'none');
}

/** Returns `--shard <i/n>`. */
function createShardOption(): Option {
  const description = 'only the i-th of n equal parts of the trials, for several machines';
  return new Option('--shard <i/n>', description).argParser(readShard);
}

function readFilter(text: string): Filter {
  const filter = parseFilter(text);
  if (filter) return filter;
  throw new InvalidArgumentError('expected a pattern of names, or key=value[,value...].');
}

function readShard(text: string): Shard {
  const shard = parseShard(text);
  if (shard) return shard;
  throw new InvalidArgumentError('expected a part of a whole, such as 1/3.');
}

/** Returns `--trials <list>`. */
function createTrialsOption(): Option {
  const description =
    'only these of the plan: places counted from 0 (0-49), or ids, with commas (--dry-run --json lists both)';
  return new Option('--trials <list>', description).argParser(readTrialList);
}

function readTrialList(text: string): readonly TrialReference[] {
  const references = parseTrialList(text);
  if (references) return references;
  throw new InvalidArgumentError('expected places or ids with commas: 0-49,99.');
}

/** Returns `--limit <train[,test]>`. */
export function createLimitOption(): Option {
  const description =
    'use at most this many training and test images; a validation split shrinks with them';
  return new Option('--limit <train[,test]>', description).argParser(parseLimit);
}

/** One number limits both sets. Whether they hold one image of each class is known with the data set. */
function parseLimit(text: string): { readonly train: number; readonly test: number } {
  const [train, test = train, ...more] = text.split(',').map(parseCount);
  if (train === undefined || test === undefined || more.length > 0) {
    throw new InvalidArgumentError('expected one number, or two with a comma: 5000,1000.');
  }
  return { train, test };
}

const largestSeed = 2 ** 31 - 1;

/** Returns `--seeds <count|list>`. */
function createSeedsOption(): Option {
  const description = 'train each experiment with so many seeds (5: 0 to 4), or with these: 0,1,2';
  return new Option('--seeds <count|list>', description).argParser(parseSeeds);
}

/** Returns `--seed <n[,n...]>`, which always takes seeds and never a count. */
function createSeedOption(): Option {
  return new Option('--seed <n[,n...]>', 'train each experiment with these seeds')
    .argParser(parseSeedList)
    .conflicts('seeds');
}

/** Parses "5" as the seeds 0 to 4, and "5,7" as itself. */
export function parseSeeds(text: string): readonly number[] {
  if (text.includes(',')) return parseSeedList(text);
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 1000) return Array.from({ length: count }, (_, seed) => seed);
  throw new InvalidArgumentError('expected how many (1 to 1000), or seeds with commas: 0,1,2.');
}

/** Parses "5" and "5,7" as themselves. */
export function parseSeedList(text: string): readonly number[] {
  const seeds = text.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : Number.NaN));
  const isUsable = seeds.every((seed) => seed <= largestSeed);
  if (!isUsable || new Set(seeds).size < seeds.length) {
    throw new InvalidArgumentError('expected different whole numbers with commas: 0,1,2.');
  }
  return seeds;
}

/** Returns `--race <control[,key=value...]>`; what it holds is read with the experiments. */
function createRaceOption(): Option {
  const description =
    'add seeds until each experiment differs significantly from this control, or by less than the margin (docs/search.md): minmax,margin=0.5pp,maxSeeds=12';
  return new Option('--race <control[,key=value...]>', description).conflicts([
    'seeds',
    'seed',
    'shard',
    'filter',
    'trials',
  ]);
}

/** @throws UserError */
async function readRace(text: string): Promise<Race> {
  const { parseRace } = await import('../experiment/parse-race.js');
  const race = parseRace(text);
  if (!('message' in race)) return race;
  throw new UserError(`--race ${quote(text)}: ${race.message}`, {
    hint: race.hint ?? 'docs/search.md explains each key.',
  });
}

/** Returns `--set <path=value[,value...]>`, which may be given several times. */
function createSetOption(): Option {
  const description =
    'set a key of all experiments, to several values in turn if given (docs/sweeps.md); repeatable';
  return new Option('--set <path=value[,value...]>', description)
    .argParser(addSet)
    .default([], 'none');
}

function addSet(text: string, sets: readonly Axis[]): readonly Axis[] {
  const parsed = parseSet(text);
  if ('message' in parsed) throw new InvalidArgumentError(renderProblem(parsed));
  if (sets.some(({ path }) => path === parsed.path)) {
    throw new InvalidArgumentError(
      `${quote(parsed.path)} is set twice; give its values with commas.`,
    );
  }
  return [...sets, parsed];
}

function renderProblem({ message, hint }: Problem) {
  return hint ? `${message.replace(/\.$/, '')}; ${hint}` : message;
}

/** Which trials come of experiment files. */
export interface PlanFlags {
  readonly quick?: boolean;
  readonly epochs?: number;
  readonly limit?: { readonly train: number; readonly test: number };
  readonly seeds?: readonly number[];
  readonly seed?: readonly number[];
  /** As {@link parseRace} takes it. */
  readonly race?: string;
  readonly precision?: Precision;
  readonly corruptions?: CorruptionsOption;
  readonly set: readonly Axis[];
  readonly filter: readonly Filter[];
  readonly shard?: Shard;
  readonly trials?: readonly TrialReference[];
  readonly control?: string;
}

/** Adds the options that say which trials come of the files. */
export function addPlanOptions(command: Command): void {
  command
    .option(
      '--quick',
      'shows in half a minute what learns: 2,000 training and 1,000 test images, at most 3 epochs, small batches; the shortest recipes first',
    )
    .option('--epochs <n>', 'train this many epochs', parseCount)
    .addOption(createLimitOption())
    .addOption(createSeedsOption())
    .addOption(createSeedOption())
    .addOption(createRaceOption())
    .addOption(createPrecisionOption())
    .addOption(createCorruptionsOption())
    .addOption(createSetOption())
    .addOption(createFilterOption())
    .addOption(createShardOption())
    .addOption(createTrialsOption());
}

/** The trials that come of files and options. */
export interface PlannedTrials {
  /** All of them, in their order. */
  readonly plan: readonly Trial[];
  /** Those that the command is for: `--filter`, `--shard` and `--trials` leave others to other commands. */
  readonly trials: readonly Trial[];
}

/**
 * Reads the files and returns the trials that the flags ask for; prints what looks wrong in them to stderr.
 * @throws UserError
 */
export async function planFromFlags(
  files: readonly string[],
  flags: PlanFlags,
  context: { readonly catalogue: Catalogue; readonly conditions: Conditions },
): Promise<PlannedTrials> {
  const { readExperimentFiles } = await import('../experiment/read-experiment.js');
  const { planVariants } = await import('../runner/trial.js');
  const { selectTrials } = await import('../runner/plan/select-trials.js');
  const { renderSameTrials } = await import('./render-same-trials.js');
  const { catalogue } = context;
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const read = await readExperimentFiles(files, {
    catalogue,
    sets: flags.set,
    progress: createTerminalProgress(process.stderr),
  });
  const variants = read.flatMap((file) => file.variants);
  await printWarnings(
    variants.map(({ experiment }) => experiment),
    catalogue,
  );
  const overrides = overridesOf(flags, context.conditions);
  const race = flags.race === undefined ? {} : { race: await readRace(flags.race) };
  const { control } = flags;
  const planned = planVariants(variants, { ...overrides, ...race }, { ...context, control });
  process.stderr.write(renderSameTrials(planned));
  const { previousArm } = await import('../analysis/comparison/control.js');
  const isSorted = flags.quick && flags.control !== previousArm;
  const plan = isSorted ? sortByLength(planned.trials) : planned.trials;
  const { filter: filters, shard, trials: references } = flags;
  return { plan, trials: selectTrials(plan, { filters, shard, references }) };
}

function createPrecisionOption(): Option {
  const description = "what networks compute in, in place of the files' own (docs/precision.md)";
  return new Option('--precision <precision>', description).choices(['float32', 'mixed-bfloat16']);
}

function overridesOf(flags: PlanFlags, conditions: Conditions): Overrides {
  const { quick, epochs, limit, seeds, seed, corruptions } = flags;
  const chosen = seeds ?? seed;
  const precision = flags.precision ?? (quick ? quickPrecision(flags, conditions) : undefined);
  return {
    ...(quick && { quick }),
    ...(epochs !== undefined && { epochs }),
    ...(limit && { limit }),
    ...(chosen && { seeds: chosen }),
    ...(precision && { precision }),
    ...(corruptions && { corruptions }),
  };
}

/** Where the processor has AMX, a deep net's step takes less than half the time in mixed precision (docs/precision.md). */
function quickPrecision(
  { set }: PlanFlags,
  { device, execution }: Conditions,
): Precision | undefined {
  const isFaster = listBfloat16Units().includes('amx_bf16');
  const isSet = set.some(({ path }) => path === 'training.precision');
  const isOpen = device === 'cpu' && execution === 'graph' && !isSet;
  return isFaster && isOpen ? 'mixed-bfloat16' : undefined;
}

/** What is soon there comes first. */
function sortByLength(trials: readonly Trial[]): readonly Trial[] {
  return [...trials].sort((a, b) => a.writtenEpochs - b.writtenEpochs);
}
