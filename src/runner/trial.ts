import { type Catalogue, shippedCatalogue } from '../experiment/catalogue.js';
import { requireConsistent } from '../experiment/cross-checks.js';
import type { Experiment } from '../experiment/experiment.js';
import { type Overrides, overrideExperiment } from '../experiment/override.js';
import type { Variant } from '../experiment/sweep/parse-variants.js';
import type { Change, Chosen } from '../results/result.js';
import { hashCode } from './plan/code-hash.js';
import { type Conditions, plainConditions, requireComputable } from './plan/conditions.js';
import { planRace } from './plan/race-plan.js';
import { planSearches } from './plan/search-plan.js';
import { createTrialHash } from './plan/trial-key.js';

/** One experiment with one seed. */
export interface Trial {
  /** Experiment, seed and the start of the key: safe as the name of a folder. */
  readonly id: string;
  /** SHA-256 of all that can change the trial's numbers, in hex. */
  readonly key: string;
  /** The same without prep-lab's own code. */
  readonly settingKey: string;
  readonly experiment: Experiment;
  readonly seed: number;
  /** The epochs that the file asks for, before anything was overridden. */
  readonly writtenEpochs: number;
  /** What a sweep or `--set` changed, in its order; empty without. */
  readonly changes: readonly Change[];
  /** Set where a search chose it. */
  readonly chosen?: Chosen;
}

/** What trials are planned for; what is left out is what a run on the CPU takes by default. */
export interface PlanContext {
  readonly catalogue?: Catalogue;
  readonly conditions?: Conditions;
  /** The name of the run's control, where it is not a role in a file. */
  readonly control?: string | undefined;
}

/** The trials that a run is to bring to a result. */
export interface Plan {
  readonly trials: readonly Trial[];
  /** Trials that came up again, and so are not among the trials twice. */
  readonly duplicates: readonly SameTrials[];
  /** Trials that are the same training as an earlier one but have another experiment's name, and so rows of their own. */
  readonly twins: readonly SameTrials[];
}

/** Two trials with the same key. */
export interface SameTrials {
  readonly first: Trial;
  readonly again: Trial;
}

/**
 * Returns the trials of experiments, in their order: one a seed.
 * @throws UserError if an override leaves an experiment that cannot be trained.
 */
export function planTrials(
  experiments: readonly Experiment[],
  overrides: Overrides = {},
  context: PlanContext = {},
): readonly Trial[] {
  const variants = experiments.map((experiment) => ({ experiment, changes: [] }));
  return planVariants(variants, overrides, context).trials;
}

/**
 * Returns the trials of a sweep's variants, in their order: one a seed.
 * @throws UserError if an override leaves an experiment that cannot be trained.
 */
export function planVariants(
  variants: readonly Variant[],
  overrides: Overrides = {},
  { catalogue = shippedCatalogue(), conditions = plainConditions(), control }: PlanContext = {},
): Plan {
  const overridden = variants.map(({ experiment, changes }) => ({
    experiment: overrideExperiment(experiment, overrides, changes),
    changes,
    writtenEpochs: experiment.training.epochs,
  }));
  const experiments = planRace(overridden, overrides.race);
  const racing = overridden.map((member, index) => ({
    ...member,
    experiment: experiments[index] as Experiment,
  }));
  const members = planSearches(racing, control);
  requireConsistent(members.map(({ experiment }) => experiment));
  requireComputable(
    members.map(({ experiment }) => experiment),
    conditions,
  );
  const trials = members.flatMap(({ experiment, changes, writtenEpochs }) => {
    const codeSha256 = hashCode(experiment);
    const hash = createTrialHash({ experiment, conditions, catalogue, codeSha256 });
    return experiment.seeds.map((seed): Trial => {
      const keys = hash(seed);
      const id = nameTrial(experiment, seed, keys.key);
      return { id, ...keys, experiment, seed, writtenEpochs, changes };
    });
  });
  return withoutDuplicates(trials);
}

function withoutDuplicates(all: readonly Trial[]): Plan {
  const [byId, byKey] = [new Map<string, Trial>(), new Map<string, Trial>()];
  const [duplicates, twins]: [SameTrials[], SameTrials[]] = [[], []];
  for (const again of all) {
    const [same, twin] = [byId.get(again.id), byKey.get(again.key)];
    if (same) duplicates.push({ first: same, again });
    else if (twin) twins.push({ first: twin, again });
    if (!same) byId.set(again.id, again);
    if (!twin) byKey.set(again.key, again);
  }
  return { trials: [...byId.values()], duplicates, twins };
}

/** The name is in the id and not in the key: a renamed experiment gets folders of its own. */
function nameTrial(experiment: Experiment, seed: number, key: string): string {
  return `${nameWithoutKey({ experiment, seed })}-${key.slice(0, 8)}`;
}

/** Returns what the folders of a trial begin with, whatever its numbers are made with. */
export function nameWithoutKey({ experiment, seed }: Pick<Trial, 'experiment' | 'seed'>): string {
  return `${experiment.name}-seed${seed}`;
}
