import { createHash } from 'node:crypto';
import { cifar10Counts, cifar10Files } from '../../cifar10/cifar10.js';
import type { Catalogue } from '../../experiment/catalogue.js';
import type { DatasetOptions, Experiment } from '../../experiment/experiment.js';
import type { Conditions } from './conditions.js';

/** What a trial's numbers follow from. */
export interface TrialMakers {
  readonly experiment: Experiment;
  readonly seed: number;
  readonly conditions: Conditions;
  readonly catalogue: Catalogue;
  /** Of the code that computes it, in hex. */
  readonly codeSha256: string;
}

export interface TrialKeys {
  /** SHA-256 of all that can change a trial's numbers, in hex. */
  readonly key: string;
  /** The same without prep-lab's own code: what stays when the program changes. */
  readonly settingKey: string;
}

/**
 * Returns a trial's keys. Names and texts do not enter them, nor do the experiment's other seeds: the same key is the same
 * training, whatever it is called.
 */
export function hashTrial({ experiment, seed, codeSha256, ...makers }: TrialMakers): TrialKeys {
  const { preprocessing, resampling, model, training } = experiment;
  const setting = {
    dataset: withAllLimits(experiment.dataset),
    preprocessing,
    resampling,
    model,
    training,
    seed,
    conditions: makers.conditions,
    data: cifar10Files.map(({ name, sha256 }) => [name, sha256]),
    plugins: hashesOfPlugins(experiment, makers.catalogue),
  };
  return {
    key: hash({ ...setting, code: codeSha256 }),
    settingKey: hash(setting),
  };
}

/** All images by default or by number are the same images. */
function withAllLimits({
  trainLimit = cifar10Counts.train,
  testLimit = cifar10Counts.test,
  ...rest
}: DatasetOptions) {
  return { ...rest, trainLimit, testLimit };
}

/** Only plug-ins that the experiment makes use of. */
function hashesOfPlugins({ preprocessing, model }: Experiment, catalogue: Catalogue) {
  const used = [
    ...preprocessing.map(({ name }) => catalogue.stages.find((stage) => stage.name === name)),
    catalogue.models.find((definition) => definition.name === model.name),
  ];
  return used.map((definition) => (definition && catalogue.origins?.get(definition)?.sha256) ?? '');
}

function hash(setting: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(setting).map(
    ([key, value]) => [key, renderShared(value)] as const,
  );
  return createHash('sha256').update(joinSorted(entries)).digest('hex');
}

/** The trials of a plan share their conditions, and those of an experiment all but the seed: each is rendered once. */
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
