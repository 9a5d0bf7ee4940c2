import { createHash } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { processorName } from '../engine/processor.js';
import { makeFolder } from '../storage/make-folder.js';
import { replaceFile } from '../storage/sync.js';
import { renderCount, renderCountOf, renderList } from '../text/quantities.js';
import type { Conditions } from './plan/conditions.js';
import { renderSorted } from './plan/trial-key.js';
import { readOwnJson } from './store/own-json.js';
import { type SideBySide, sampleImages } from './train-side-by-side.js';
import type { Trial } from './trial.js';

/** How fast trials of one network are side by side, on this machine. */
const measurementSchema = z.object({
  format: z.literal('prep-lab jobs'),
  version: z.literal(1),
  /** ISO 8601. */
  measuredAt: z.string(),
  /** What was measured, for whoever opens the file. */
  measured: z.record(z.string(), z.unknown()),
  /** Of all trials together, one speed for each number of them; on several GPUs that many on each. */
  speeds: z
    .array(z.object({ jobs: z.int().positive(), imagesPerSecond: z.number().positive() }))
    .min(1),
  /** How many would have been tried at most. */
  most: z.int().positive(),
  /** That the process of one trial took. */
  bytes: z.number().nonnegative(),
});

type Measurement = z.output<typeof measurementSchema>;
type Speed = Measurement['speeds'][number];

export interface JobsRequest {
  readonly conditions: Conditions;
  /** Where measurements are kept. */
  readonly folder: string;
  /** Trains a trial's experiment, so many side by side; nothing where that fails. @throws UserError (engine, data) */
  train(trial: Trial, size: JobsSize): Promise<SideBySide | undefined>;
  /** Is told what was measured and chosen, in lines. */
  note(text: string): void;
}

interface JobsSize {
  readonly jobs: number;
  readonly epochs: number;
}

/** More of them must bring so much, or they are not worth their memory. */
const worthwhile = 1.05;

/** The greatest number of trials that may share a GPU. */
const mostOnGpu = 8;

/** What other programs may come to need. */
const freeShare = 0.9;

/**
 * Returns how many trials of a plan the machine serves best side by side, on the CPU or on each GPU, and says why. One
 * experiment of each model and precision is trained for some seconds, alone and by several, unless that was measured
 * before. Never more than the processor's cores have threads for, nor than the memory holds that the machine and its
 * cgroup have free.
 * @throws UserError (engine, data)
 */
export async function chooseJobs(plan: readonly Trial[], request: JobsRequest): Promise<number> {
  const { device, threads } = request.conditions;
  const cores = availableParallelism();
  const room = device === 'gpu' ? mostOnGpu : Math.max(1, Math.floor(cores / threads));
  const most = Math.min(room, plan.length);
  const each = `${renderCountOf(threads, 'thread')} each`;
  if (most === 1) {
    const reason =
      plan.length === 1 ? 'there is one' : `${each} take the ${renderCountOf(cores, 'core')}`;
    request.note(`--jobs auto: one trial at a time, as ${reason}.`);
    return 1;
  }
  const chosen: number[] = [];
  for (const [identity, trial] of listNetworks(plan, request)) {
    const measurement = await readOrMeasure(trial, { identity, most }, request);
    if (!measurement) continue;
    const [fast, fitting] = [chooseSpeed(measurement).jobs, countByMemory(measurement)];
    request.note(
      `--jobs auto: ${explain(trial, measurement)}${explainMemory(fitting, measurement)}.`,
    );
    chosen.push(Math.min(most, fast, fitting));
  }
  const jobs = chosen.length > 0 ? Math.min(...chosen) : 1;
  request.note(`--jobs auto: ${renderCountOf(jobs, 'trial')} side by side, ${each}.`);
  return jobs;
}

/** The models and precisions of a plan; one trial for each. */
function listNetworks(plan: readonly Trial[], { conditions }: JobsRequest): Map<string, Trial> {
  const machine = { host: hostname(), processor: processorName(), cores: availableParallelism() };
  const trials = new Map<string, Trial>();
  for (const trial of plan) {
    const { model, training } = trial.experiment;
    const network = { model: model.name, precision: training.precision };
    const identity = renderSorted({ ...network, conditions, machine }) ?? '';
    if (!trials.has(identity)) trials.set(identity, trial);
  }
  return trials;
}

interface Wanted {
  readonly identity: string;
  readonly most: number;
}

/** What was measured for a smaller plan says nothing of more trials. */
async function readOrMeasure(
  trial: Trial,
  { identity, most }: Wanted,
  request: JobsRequest,
): Promise<Measurement | undefined> {
  const { folder } = request;
  const name = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const file = join(folder, `${name}.json`);
  const known = await readOwnJson(file, measurementSchema).catch(() => undefined);
  if (known && known.most >= most) return known;
  request.note(
    `--jobs auto: measuring "${trial.experiment.name}", once on this machine (kept in "${file}").`,
  );
  const measured = await measure(trial, most, request);
  if (!measured) return undefined;
  const measurement: Measurement = {
    format: 'prep-lab jobs',
    version: 1,
    measuredAt: new Date().toISOString(),
    measured: JSON.parse(identity),
    most,
    ...measured,
  };
  await makeFolder(folder);
  await replaceFile(file, `${JSON.stringify(measurement, null, 2)}\n`);
  return measurement;
}

/** Nothing where not even one could be trained: the run itself will say why. */
async function measure(
  trial: Trial,
  most: number,
  request: JobsRequest,
): Promise<Pick<Measurement, 'speeds' | 'bytes'> | undefined> {
  const probe = await request.train(trial, { jobs: 1, epochs: 1 });
  if (!probe) return undefined;
  const epochs = Math.max(1, Math.ceil((secondsEach * probe.imagesPerSecond) / sampleImages.train));
  const speeds: Speed[] = [];
  for (const jobs of listLevels(most)) {
    if (jobs > 1 && jobs * probe.bytes > freeShare * process.availableMemory()) break;
    const trained = await request.train(trial, { jobs, epochs });
    if (!trained) break;
    const { imagesPerSecond } = trained;
    speeds.push({ jobs, imagesPerSecond });
    const before = speeds.at(-2);
    if (before && imagesPerSecond < worthwhile * before.imagesPerSecond) break;
  }
  return speeds.length > 0 ? { speeds, bytes: probe.bytes } : undefined;
}

/** 1, 2, 4 and so on, and `most` at last. */
function listLevels(most: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, power) => 2 ** power);
  return [...powers, most];
}

/** Long enough that all of them train at once for most of it. */
const secondsEach = 5;

/** Returns the least number of trials that is nearly as fast as the fastest. */
function chooseSpeed({ speeds }: Measurement): Speed {
  const fastest = Math.max(...speeds.map(({ imagesPerSecond }) => imagesPerSecond));
  const enough = speeds.find(({ imagesPerSecond }) => imagesPerSecond * worthwhile >= fastest);
  return enough as Speed;
}

/** By what is free now: other programs come and go. */
function countByMemory({ bytes }: Measurement): number {
  if (bytes === 0) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor((freeShare * process.availableMemory()) / bytes));
}

function explain({ experiment }: Trial, { speeds, measuredAt }: Measurement): string {
  const all = speeds.map(
    ({ jobs, imagesPerSecond }) => `${renderCount(Math.round(imagesPerSecond))} by ${jobs}`,
  );
  const day = measuredAt.slice(0, 10);
  return `"${experiment.name}" trains on ${renderList(all)} images a second (measured ${day})`;
}

/** Says what the free memory bounds; nothing where it holds as many as were measured. */
function explainMemory(fitting: number, { speeds, bytes }: Measurement): string {
  if (fitting >= (speeds.at(-1)?.jobs ?? 1)) return '';
  const size = renderCount(Math.round(bytes / 2 ** 20));
  return `; the free memory holds ${fitting} of ${size} MB each`;
}
