import type { TrialResult } from '../../results/result.js';

/** What two sides can differ in, by the names that `--allow` takes. */
export const aspects = [
  'data',
  'epochs',
  'preprocessing',
  'model',
  'training',
  'thresholds',
  'versions',
  'device',
  'numerics',
] as const;

export type Aspect = (typeof aspects)[number];

/** Other images or another length of training make another experiment; all else may be what is to be compared. */
export const blockingAspects: ReadonlySet<Aspect> = new Set(['data', 'epochs']);

/** A trial's settings, flat: by path, with the aspect that each belongs to. */
export type Settings = ReadonlyMap<string, { readonly aspect: Aspect; readonly value: string }>;

/** Returns all that a trial was made with and that two sides can differ in. */
export function listSettings({ experiment, environment, dataSha256 }: TrialResult): Settings {
  // The environment names the precision too.
  const { epochs, precision: _, ...training } = experiment.training;
  const { prepLab, tensorflow, node, platform, deviceName, driver } = environment;
  const { device, threads, precision, execution } = environment;
  const parts: Readonly<Record<Aspect, object>> = {
    data: { dataset: experiment.dataset, sha256: dataSha256 },
    epochs: { 'training.epochs': epochs },
    preprocessing: {
      preprocessing: experiment.preprocessing,
      resampling: experiment.resampling,
    },
    model: { model: experiment.model },
    training: { training },
    thresholds: { thresholds: experiment.thresholds },
    versions: { prepLab, tensorflow, node },
    device: { device, deviceName, driver, platform },
    numerics: { threads, precision, execution },
  };
  const settings = new Map<string, { aspect: Aspect; value: string }>();
  for (const aspect of aspects) {
    for (const [path, value] of flatten('', parts[aspect])) settings.set(path, { aspect, value });
  }
  return settings;
}

/** Lists the plain values in an object, and arrays of plain values, each with its path and as JSON. */
function flatten(path: string, value: unknown): (readonly [path: string, json: string])[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[path, JSON.stringify(value)]];
  if (!Array.isArray(value)) {
    const start = path === '' ? '' : `${path}.`;
    return Object.entries(value).flatMap(([key, inner]) => flatten(start + key, inner));
  }
  const isPlain = value.every((inner) => typeof inner !== 'object' || inner === null);
  if (isPlain && value.length > 0) return [[path, JSON.stringify(value)]];
  return value.flatMap((inner, index) => flatten(`${path}[${index}]`, inner));
}
