import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pMap from 'p-map';
import { z } from 'zod';
import { computeMean } from '../../statistics/mean.js';
import { leasePath, listLeases } from '../../storage/lease-file.js';
import { judgeProcess } from '../../storage/process-identity.js';
import { listCheckpoints, parseName } from './checkpoint-folders.js';
import type { FolderTrial } from './plan-file.js';

/** Who trains a trial. What its file does not tell yet is left out. */
interface TrialRunner {
  readonly host?: string;
  readonly pid?: number;
  /** ISO 8601. */
  readonly since?: string;
  /** Left out unless it gave no sign of life for longer than it may, by this machine's clock. */
  readonly silentSeconds?: number;
}

/** How far a trial is, from what lies in its folder. */
export type TrialState =
  | { readonly status: 'done'; readonly durationSeconds: number }
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'running'; readonly epochsDone: number; readonly runner: TrialRunner }
  | { readonly status: 'waiting'; readonly epochsDone: number };

/** A trial of a folder's plan and how far it is. */
export type TrialStatus = FolderTrial & TrialState;

const resultSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('done'), durationSeconds: z.number() }),
  z.object({ status: z.literal('failed'), reason: z.string() }),
]);

/** Looks how far a folder's trials are, without reading what is sealed; trials that were `done` are not looked at again. */
export async function readFolderStatus(
  folder: string,
  plan: readonly FolderTrial[],
  before: readonly TrialStatus[] = [],
): Promise<TrialStatus[]> {
  const done = new Map(
    before.flatMap((trial) => (trial.status === 'done' ? [[trial.id, trial]] : [])),
  );
  return pMap(
    plan,
    async (trial) => done.get(trial.id) ?? { ...trial, ...(await look(join(folder, trial.id))) },
    { concurrency: 16 },
  );
}

async function look(folder: string): Promise<TrialState> {
  const names = await readdir(folder).catch((): string[] => []);
  const runner = names.some((name) => name.startsWith('lease-')) && (await findRunner(folder));
  const result = names.includes('result') && !runner && (await readResult(folder));
  if (result) return result;
  const [newest] = names.includes('checkpoints')
    ? await listCheckpoints(join(folder, 'checkpoints'))
    : [];
  const epochsDone = (newest && parseName(newest)?.epoch) || 0;
  return runner ? { status: 'running', epochsDone, runner } : { status: 'waiting', epochsDone };
}

/** Returns nothing where whoever held the trial is dead. */
async function findRunner(folder: string): Promise<TrialRunner | undefined> {
  const [highest] = await listLeases(folder);
  if (!highest) return undefined;
  const { content, generation } = highest;
  if (!content) return {};
  if (judgeProcess(content) === 'dead') return undefined;
  const { host, pid, since, leaseSeconds } = content;
  const file = await stat(leasePath(folder, generation)).catch(() => undefined);
  const silentSeconds = file ? (Date.now() - file.mtimeMs) / 1000 : 0;
  return { host, pid, since, ...(silentSeconds > leaseSeconds && { silentSeconds }) };
}

async function readResult(folder: string): Promise<TrialState | undefined> {
  const text = await readFile(join(folder, 'result', 'trial.json'), 'utf8').catch(() => '');
  try {
    return resultSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Guesses how many seconds are left from the mean time of the done trials of the same experiment, or of all where it has
 * none, shared by those that run now. Nothing before the first one is done.
 */
export function estimateRemaining(trials: readonly TrialStatus[]): number | undefined {
  const done = trials.filter((trial) => trial.status === 'done');
  const meanOf = (some: typeof done) =>
    computeMean(some.map(({ durationSeconds }) => durationSeconds));
  if (done.length === 0) return undefined;
  const means = new Map<string, number>();
  for (const name of new Set(done.map(({ experiment }) => experiment))) {
    means.set(name, meanOf(done.filter(({ experiment }) => experiment === name)));
  }
  const all = meanOf(done);
  const open = trials.filter(({ status }) => status === 'running' || status === 'waiting');
  const seconds = open.reduce((sum, trial) => {
    const epochsDone = 'epochsDone' in trial ? trial.epochsDone : 0;
    return sum + (means.get(trial.experiment) ?? all) * Math.max(0, 1 - epochsDone / trial.epochs);
  }, 0);
  return seconds / Math.max(1, trials.filter(({ status }) => status === 'running').length);
}
