import type { z } from 'zod';

/** What prep-lab itself has trials trained by: this machine, Slurm, and workers on Redis. */
export const shippedLaunchers = ['local', 'slurm', 'bullmq'] as const;

/** The zod object of a launcher's options: strict, with the literal `name`. */
export type LauncherOptionsSchema = z.ZodObject<{ name: z.ZodLiteral<string> } & z.ZodRawShape>;

/** Where trials are trained, and by which commands they get there. */
export interface LauncherPlaces {
  /** How many trials are trained at once. */
  readonly places: number;
  /**
   * Returns the program and its arguments that bring one trial to a place, such as those of ssh; they are started without a
   * shell. There it must start prep-lab with the arguments of `worker`, its standard input and output passed through.
   */
  command(request: PlaceRequest): readonly string[];
}

/** A trial that is to be trained. */
export interface PlaceRequest {
  /** The number of the place, from 0 on; no other trial is trained there meanwhile. */
  readonly place: number;
  /** The arguments of prep-lab there: no text among them needs quotation marks, but for the names of plug-ins' files. */
  readonly worker: readonly string[];
}

export interface LauncherDefinition<Schema extends LauncherOptionsSchema = LauncherOptionsSchema> {
  /** Tells a launcher from stages and models among the exports of a plug-in. */
  readonly kind: 'launcher';
  /** The name that `--launcher` takes. */
  readonly name: string;
  readonly options: Schema;
  create(options: z.output<Schema>): LauncherPlaces;
}

/** Declares a launcher; its name is the literal in its options, which come from `--launcher-option key=value`. */
export function defineLauncher<Schema extends LauncherOptionsSchema>(
  definition: Pick<LauncherDefinition<Schema>, 'options' | 'create'>,
): LauncherDefinition<Schema> {
  return { ...definition, kind: 'launcher', name: definition.options.shape.name.value };
}
