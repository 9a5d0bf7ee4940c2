import { createHash } from 'node:crypto';
import { identifyCorruptions } from '../../corruptions/selection.js';
import { type DatasetOptions, isOfFiles } from '../../datasets/dataset-options.js';
import { countLimited, factsOf } from '../../datasets/facts.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import type { Experiment } from '../../experiment/experiment.js';
import type { Conditions } from './conditions.js';

/** What the numbers of an experiment's trials follow from, beside their seeds. */
export interface TrialMakers {
  readonly experiment: Experiment;
  readonly conditions: Conditions;
  readonly catalogue: Catalogue;
  /** Of the code that computes them, in hex. */
  readonly codeSha256: string;
}

export interface TrialKeys {
  /** SHA-256 of all that can change a trial's numbers, in hex. */
  readonly key: string;
  /** The same without prep-lab's own code: what stays when the program changes. */
  readonly settingKey: string;
}

/**
 * Returns what gives the keys of an experiment's trials by their seeds. Names and texts do not enter them, nor do the
 * experiment's other seeds: the same key is the same training, whatever it is called.
 */
export function createTrialHash(makers: TrialMakers): (seed: number) => TrialKeys {
  const { experiment, conditions, catalogue, codeSha256 } = makers;
  const { preprocessing, resampling, model, training, evaluation } = experiment;
  const setting = {
    dataset: identifyDataset(experiment.dataset),
    preprocessing,
    resampling,
    model,
    training,
    ...(evaluation && { corruptions: identifyCorruptions(evaluation.corruptions) }),
    conditions,
    data: Object.entries(factsOf(experiment.dataset).sha256),
    plugins: hashesOfPlugins(experiment, catalogue),
  };
  const hashKey = createSeedHash({ ...setting, code: codeSha256 });
  const hashSetting = createSeedHash(setting);
  return (seed) => ({ key: hashKey(seed), settingKey: hashSetting(seed) });
}

/**
 * All images by default or by number are the same images. Those of the user's own are what their hash says, wherever they
 * lie and in whatever format.
 */
function identifyDataset(options: DatasetOptions) {
  const { train: trainLimit, test: testLimit } = countLimited(options);
  const own = isOfFiles(options) ? {} : { name: options.name };
  return { ...own, trainLimit, testLimit };
}

/** Only plug-ins that the experiment makes use of. */
function hashesOfPlugins({ preprocessing, model }: Experiment, catalogue: Catalogue) {
  const used = [
    ...preprocessing.map(({ name }) => catalogue.stages.find((stage) => stage.name === name)),
    catalogue.models.find((definition) => definition.name === model.name),
  ];
  return used.map((definition) => (definition && catalogue.origins?.get(definition)?.sha256) ?? '');
}

/** All but the seed is rendered once: a plan has thousands of trials. */
function createSeedHash(setting: Readonly<Record<string, unknown>>): (seed: number) => string {
  const entries = Object.entries(setting).map(
    ([key, value]) => [key, renderShared(value)] as const,
  );
  // JSON escapes this character wherever else it stands.
  const [before, after] = joinSorted([...entries, ['seed', '\0']]).split('\0');
  return (seed) => createHash('sha256').update(`${before}${seed}${after}`).digest('hex');
}

/** The experiments of a plan share their conditions, and those of a sweep most of their parts: each is rendered once. */
const rendered = new WeakMap<object, string>();

function renderShared(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object') return renderSorted(value);
  const known = rendered.get(value) ?? renderSorted(value);
  if (known !== undefined) rendered.set(value, known);
  return known;
}

/** JSON with sorted keys: the order in which a file names its keys changes nothing. */
export function renderSorted(value: unknown): string | undefined {
  if (Array.isArray(value))
    return `[${value.map((item) => renderSorted(item) ?? 'null').join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return joinSorted(Object.entries(value).map(([key, inner]) => [key, renderSorted(inner)]));
}

function joinSorted(
  entries: readonly (readonly [key: string, json: string | undefined])[],
): string {
  const present = entries.filter(([, json]) => json !== undefined);
  const sorted = present.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`;
}
