import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Catalogue } from '../experiment/catalogue.js';
import type { Experiment } from '../experiment/experiment.js';
import { parseSourcesWithData } from '../experiment/parse-sources.js';
import { searchSchema } from '../experiment/search/search-schema.js';
import { chosenSchema } from '../results/result.js';
import { UserError } from '../user-error.js';
import { readVersion } from '../version.js';
import { hashCode } from './plan/code-hash.js';
import type { Conditions } from './plan/conditions.js';
import { planVariants, type Trial } from './trial.js';

/** A trial as one prep-lab hands it to another, as JSON. */
export const handedTrialSchema = z.object({
  id: z.string(),
  key: z.string(),
  /** Resolved; checked again by who receives it. */
  experiment: z.looseObject({ file: z.string().exactOptional() }),
  seed: z.int().min(0),
  changes: z.array(z.object({ path: z.string(), value: z.unknown() })),
  writtenEpochs: z.number(),
  chosen: chosenSchema.exactOptional(),
  /** What made the key, to say what differs. */
  maker: z.object({
    prepLab: z.string(),
    codeSha256: z.string(),
    conditions: z.record(z.string(), z.unknown()),
  }),
});

export type HandedTrial = z.output<typeof handedTrialSchema>;

/** Returns what another prep-lab needs to train a trial. */
export function handTrial(trial: Trial, conditions: Conditions): HandedTrial {
  const { id, key, seed, changes, writtenEpochs, chosen } = trial;
  const codeSha256 = hashCode(trial.experiment);
  const experiment = { ...trial.experiment };
  const maker = { prepLab: readVersion(), codeSha256, conditions: { ...conditions } };
  const asked = { id, key, experiment, seed, changes: [...changes], writtenEpochs };
  return { ...asked, ...(chosen && { chosen }), maker };
}

/**
 * Returns a trial that was handed over, its key computed again with this program, its plug-ins and this machine.
 * @throws UserError saying what differs, if its numbers would be others here; or what is wrong with its experiment.
 */
export async function receiveTrial(
  handed: HandedTrial,
  context: { readonly catalogue: Catalogue; readonly conditions: Conditions },
): Promise<Trial> {
  const { id, seed, changes, writtenEpochs, chosen } = handed;
  requireSameVersion(handed);
  const { catalogue, conditions } = context;
  const experiment = await parseHanded(handed, catalogue);
  requireSameCode(handed, experiment);
  requireSameConditions(handed, conditions);
  // Whom it races, and what else is searched, is the run's to know.
  const { race: _, search: __, ...alone } = experiment;
  const [planned] = planVariants(
    [{ experiment: alone, changes }],
    { seeds: [seed] },
    context,
  ).trials;
  if (planned?.key !== handed.key) {
    const what = "its plug-ins or its images are not the run's";
    throw refusal(id, what, 'give it the same files of --plugin and the same images, unaltered.');
  }
  return { ...planned, id, experiment, changes, writtenEpochs, ...(chosen && { chosen }) };
}

async function parseHanded(
  { id, experiment }: HandedTrial,
  catalogue: Catalogue,
): Promise<Experiment> {
  // Where it was read from is no key of the experiment; it is kept for the result. A search would be expanded again.
  const { file, search, ...written } = experiment;
  const [source] = await parseSourcesWithData([{ label: id, text: { value: written } }], {
    catalogue,
  });
  const [variant] = source?.variants ?? [];
  if (!variant) throw new Error(`The trial ${id} has no experiment.`);
  return {
    ...variant.experiment,
    ...(search !== undefined && { search: searchSchema.parse(search) }),
    ...(file !== undefined && { file }),
  };
}

function requireSameVersion({ id, maker }: HandedTrial): void {
  const version = readVersion();
  if (maker.prepLab === version) return;
  const what = `it is prep-lab ${version}, the run is ${maker.prepLab}`;
  throw refusal(id, what, 'install the same version on all machines.');
}

function requireSameCode({ id, maker }: HandedTrial, experiment: Experiment): void {
  const code = hashCode(experiment);
  if (maker.codeSha256 === code) return;
  const [ours, theirs] = [code, maker.codeSha256].map((hash) => hash.slice(0, 8));
  const what = `its code is ${ours}, the run's ${theirs}`;
  throw refusal(id, what, 'install the same build of prep-lab on all machines.');
}

/** Names the first condition that differs. */
function requireSameConditions({ id, maker }: HandedTrial, conditions: Conditions): void {
  for (const [name, ours] of Object.entries(conditions)) {
    const theirs = maker.conditions[name];
    if (isDeepStrictEqual(ours, theirs)) continue;
    const [here, there] = [ours, theirs].map((value) => JSON.stringify(value));
    throw refusal(id, `its ${name} is ${here}, the run's ${there}`, hintFor(name));
  }
}

function hintFor(condition: string): string {
  if (condition === 'device') return 'give --device cpu or --device gpu to both.';
  if (condition === 'variables') return 'set the same TF_ and XLA_ variables on all machines.';
  return 'run "prep-lab setup" on all machines, and compare what "prep-lab doctor" says.';
}

/** Another build, machine or plug-in may give other numbers under the run's key. */
function refusal(id: string, what: string, hint: string): UserError {
  return new UserError(`This prep-lab may not train ${id} for the run: ${what}.`, { hint });
}
