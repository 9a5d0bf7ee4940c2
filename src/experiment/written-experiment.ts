import type { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import type { models } from '../models/list.js';
import type { createChoose } from '../stages/choose.js';
import type { single } from '../stages/list.js';
import type { scheduleOptions } from '../stages/schedule.js';
import type { OptimizerOptions } from '../training/optimizers/list.js';
import type { trainingSchema } from '../training/recipe.js';
import type { experimentSchema } from './experiment.js';
import type { sweepSchema } from './sweep/sweep-schema.js';

/** What an experiment is called that has no name and comes from no file. */
export const unnamed = 'experiment';

type OptionsOf<Definitions extends readonly { readonly options: z.ZodType }[]> = DeepReadonly<
  z.input<Definitions[number]['options']>
>;

/** A stage that prep-lab ships, as experiments write it: its name, and options that are not to have their defaults. */
export type WrittenStage = (OptionsOf<typeof single> | WrittenChoose) & WrittenSchedule;

type WrittenSchedule = DeepReadonly<z.input<z.ZodObject<typeof scheduleOptions>>>;

/** The stage that holds others. */
type WrittenChoose = Omit<OptionsOf<readonly [ReturnType<typeof createChoose>]>, 'stages'> & {
  readonly stages: readonly WrittenStage[];
};

/** A model that prep-lab ships, as experiments write it. */
export type WrittenModel = OptionsOf<typeof models>;

type Training = DeepReadonly<z.input<typeof trainingSchema>>;

/** A recipe as experiments write it. */
export type WrittenTraining = Omit<Training, 'optimizer'> & {
  readonly optimizer?: Training['optimizer'] | OptimizerOptions['name'];
};

type Keys = Omit<
  DeepReadonly<z.input<typeof experimentSchema>>,
  'name' | 'preprocessing' | 'model' | 'training' | 'seeds'
>;

/** An experiment as a file writes it: what is left out has its default. docs/experiment-files.md explains each key. */
export interface WrittenExperiment extends Keys {
  readonly $schema?: string;
  readonly name?: string;
  /** A name alone stands for the stage with all defaults. */
  readonly preprocessing?: readonly (WrittenStage | WrittenStage['name'])[];
  readonly model: WrittenModel | WrittenModel['name'];
  readonly training?: WrittenTraining;
  /** How many, from 0 on, or which. */
  readonly seeds?: number | readonly number[];
  readonly sweep?: DeepReadonly<z.input<typeof sweepSchema>>;
}
