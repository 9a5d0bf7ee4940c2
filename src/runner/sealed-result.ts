import { z } from 'zod';
import { type ClassLabels, labelsFromBytes, labelsToBytes } from '../datasets/labelled-images.js';
import { parseTrialResult } from '../results/parse-results.js';
import type { TrialResult } from '../results/result.js';
import {
  describeFiles,
  hashBytes,
  parseManifest,
  renderManifest,
} from '../storage/sealed-manifest.js';
import type { EpochRecord } from '../training/epoch-record.js';
import { UserError } from '../user-error.js';
import { historyFile, historyKind, parseHistory, renderHistory } from './left-history.js';
import { resultKind } from './store/trial-store.js';
import type { Trial } from './trial.js';
import type { TrialEnd } from './trial-process/start-trial-process.js';

/**
 * A trial's result with its predictions, or the epochs of one that was left at a rung, on the way from one machine to another:
 * the manifest of a sealed folder and its files.
 */
const sealedResultSchema = z.object({
  manifest: z.string(),
  /** In base64, by name. */
  files: z.record(z.string(), z.string()),
});

export type SealedResult = z.output<typeof sealedResultSchema>;

interface ReceivedResult {
  readonly result: TrialResult;
  /** The class predicted for each test image; left out where the trial failed. */
  readonly predicted?: ClassLabels;
}

/** Seals a result for its way. */
export function sealResult({ result, predicted }: ReceivedResult): SealedResult {
  const files = new Map([['trial.json', Buffer.from(JSON.stringify(result))]]);
  if (predicted) files.set('predictions.bin', Buffer.from(labelsToBytes(predicted)));
  return seal(resultKind, result, files);
}

/** Seals the epochs of a trial that was left at a rung. */
export function sealHistory(
  trial: Pick<Trial, 'key'>,
  history: readonly EpochRecord[],
): SealedResult {
  const files = new Map([[historyFile, Buffer.from(renderHistory(history))]]);
  return seal(historyKind, trial, files);
}

function seal(
  kind: string,
  { key }: Pick<Trial, 'key'>,
  files: ReadonlyMap<string, Buffer>,
): SealedResult {
  const manifest = renderManifest({ kind, key, files: describeFiles(files) });
  const encoded = [...files].map(([name, bytes]) => [name, bytes.toString('base64')] as const);
  return { manifest, files: Object.fromEntries(encoded) };
}

/**
 * Opens what {@link sealResult} or {@link sealHistory} returned: the end of a trial on another machine.
 * @throws UserError if a byte is another, or if it is of another trial.
 */
export function openSealed(sealed: unknown, trial: Pick<Trial, 'id' | 'key'>): TrialEnd {
  const parsed = sealedResultSchema.safeParse(sealed);
  if (!parsed.success) throw damaged(trial, 'it is not a sealed result');
  const { manifest, files } = parsed.data;
  const { kind, key, files: described } = parseManifest(Buffer.from(manifest), 'manifest.json');
  const isKnown = kind === resultKind || kind === historyKind;
  if (!isKnown || key !== trial.key) throw damaged(trial, 'it is of another trial');
  const read = (name: string): Buffer | undefined => {
    const expected = described[name];
    if (!expected) return undefined;
    const bytes = Buffer.from(files[name] ?? '', 'base64');
    if (bytes.length === expected.bytes && hashBytes(bytes) === expected.sha256) return bytes;
    throw damaged(trial, `its ${name} was altered on the way`);
  };
  return kind === resultKind
    ? { type: 'ended', ...readResult(read, trial) }
    : { type: 'paused', history: readHistory(read, trial) };
}

type ReadFile = (name: string) => Buffer | undefined;

function readHistory(read: ReadFile, trial: Pick<Trial, 'id'>): readonly EpochRecord[] {
  const history = parseHistory(read(historyFile)?.toString('utf8') ?? '');
  if (!history) throw damaged(trial, 'it holds no epochs');
  return history;
}

function readResult(read: ReadFile, trial: Pick<Trial, 'id' | 'key'>): ReceivedResult {
  const { value, problems } = parseTrialResult(read('trial.json')?.toString('utf8') ?? '');
  if (!value) throw damaged(trial, problems[0]?.message ?? 'it holds no result');
  if (value.id !== trial.id || value.key !== trial.key)
    throw damaged(trial, 'it is of another trial');
  const bytes = read('predictions.bin');
  const predicted =
    bytes && value.status === 'done' ? labelsFromBytes(bytes, value.imageCounts.test) : undefined;
  return { result: value, ...(predicted && { predicted }) };
}

function damaged({ id }: Pick<Trial, 'id'>, what: string): UserError {
  return new UserError(`The result of ${id} that a worker sent cannot be used: ${what}.`);
}
