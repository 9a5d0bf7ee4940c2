import type { BenchContext } from './context.js';
import type { Answer, Place } from './measurement.js';
import { median } from './render/statistics.js';
import { referenceSide } from './training-sides.js';

/** One measurement that can be repeated. */
export interface Job extends Place {
  /** Left out after the first round. */
  readonly once?: boolean;
  run(): Promise<readonly Answer[]>;
}

export interface AlternateOptions extends Pick<BenchContext, 'record'> {
  readonly rounds: number;
  /** Sides that take more than this many times as long as the reference run in the first round only. */
  readonly farBehind?: number;
}

/**
 * Runs jobs in rounds, A B C A B C, so that a machine that grows slower or faster does so for all of them. What fails
 * is recorded with its reason and left out of later rounds.
 */
export async function alternate(jobs: readonly Job[], options: AlternateOptions): Promise<void> {
  const { rounds, farBehind = Number.POSITIVE_INFINITY } = options;
  let running = jobs;
  for (let round = 1; round <= rounds; round++) {
    const seconds = new Map<Job, number>();
    for (const job of running) {
      const taken = await runJob(job, round, options);
      if (taken !== undefined) seconds.set(job, taken);
    }
    const reference = running.find(({ side }) => side === referenceSide);
    const limit = farBehind * ((reference && seconds.get(reference)) ?? Number.POSITIVE_INFINITY);
    running = running.filter((job) => !job.once && (seconds.get(job) ?? Number.NaN) <= limit);
  }
}

/** Returns the median of what was measured; nothing if the job failed. */
async function runJob(
  { run, section, case: name, side }: Job,
  round: number,
  { record }: Pick<BenchContext, 'record'>,
): Promise<number | undefined> {
  const place = { section, case: name, side };
  try {
    const answers = await run();
    for (const answer of answers) await record({ status: 'measured', ...place, round, ...answer });
    return median(answers.flatMap(({ seconds }) => seconds));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await record({ status: 'skipped', ...place, reason });
    return undefined;
  }
}
