import { z } from 'zod';
import { handedTrialSchema, handTrial } from './handed-trial.js';
import type { TrialLauncher } from './launcher.js';
import {
  createFailedTrial,
  type LauncherSetting,
  type ProcessObserver,
} from './prepare-launcher.js';
import { createSurroundings, readProvenance } from './provenance.js';
import type { Trial } from './trial.js';
import type { ChildMessage } from './trial-process/messages.js';

/** What a worker without the results folder gets for a trial. */
export const trialJobSchema = z.object({
  trial: handedTrialSchema,
  diagnostics: z.boolean(),
  stallSeconds: z.number().positive(),
  /** The epoch after which the trial is left; left out, it goes on to its end. */
  untilEpoch: z.int().positive().exactOptional(),
});

export type TrialJob = z.output<typeof trialJobSchema>;

type JobSetting = Pick<LauncherSetting, 'conditions' | 'diagnostics' | 'stallSeconds'>;

/** Returns what a worker needs to train a trial. */
export function createJob(
  trial: Trial,
  untilEpoch: number | undefined,
  { conditions, diagnostics, stallSeconds }: JobSetting,
): TrialJob {
  const job = { trial: handTrial(trial, conditions), diagnostics, stallSeconds };
  return { ...job, ...(untilEpoch !== undefined && { untilEpoch }) };
}

/** What a worker tells of its trial on the way. */
export type WorkerNews = Extract<
  ChildMessage,
  { readonly type: 'note' | 'progress' | 'epoch' | 'resumed' }
>;

/** What a worker tells its run; `refused`: it may not train for it, and has ended. */
export type WorkerMessage =
  | WorkerNews
  | { readonly type: 'refused'; readonly worker: string; readonly message: string };

/** Tells whoever looks at this run what a worker told. */
export function observeNews(news: WorkerNews, observer: ProcessObserver): void {
  if (news.type === 'note') observer.onNote(news.text);
  if (news.type === 'progress') observer.onProgress(news.progress);
  if (news.type === 'epoch') observer.onEpoch(news.record);
  if (news.type === 'resumed') observer.onResumed(news);
}

/** Returns how trials fail that never came back: their results say what they were to be computed with. */
export async function openFailures(
  setting: LauncherSetting,
): Promise<TrialLauncher['failAfterDeath']> {
  const { tensorflow, device, threads, execution, kernels } = setting.conditions;
  const provenance = await readProvenance();
  const environment = createSurroundings({
    tensorflow,
    device,
    deviceName: 'unknown',
    threads,
    execution,
    kernels: kernels === 'composed' ? 'composed' : 'own',
  });
  return (trial, _slot, death) =>
    createFailedTrial(trial, { ...setting, environment, provenance }, death);
}
