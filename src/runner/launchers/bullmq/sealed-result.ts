import { z } from 'zod';
import {
  type ClassLabels,
  labelsFromBytes,
  labelsToBytes,
} from '../../../datasets/labelled-images.js';
import { parseTrialResult } from '../../../results/parse-results.js';
import type { TrialResult } from '../../../results/result.js';
import {
  describeFiles,
  hashBytes,
  parseManifest,
  renderManifest,
} from '../../../storage/sealed-manifest.js';
import { UserError } from '../../../user-error.js';
import { resultKind } from '../../store/trial-store.js';
import type { Trial } from '../../trial.js';

/** A trial's result with its predictions on the way from one machine to another: the manifest of a sealed folder and its files. */
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
  const manifest = renderManifest({
    kind: resultKind,
    key: result.key,
    files: describeFiles(files),
  });
  const encoded = [...files].map(([name, bytes]) => [name, bytes.toString('base64')] as const);
  return { manifest, files: Object.fromEntries(encoded) };
}

/** Opens what {@link sealResult} returned. @throws UserError if a byte is another, or if it is of another trial. */
export function openResult(sealed: unknown, trial: Pick<Trial, 'id' | 'key'>): ReceivedResult {
  const parsed = sealedResultSchema.safeParse(sealed);
  if (!parsed.success) throw damaged(trial, 'it is not a sealed result');
  const { manifest, files } = parsed.data;
  const { kind, key, files: described } = parseManifest(Buffer.from(manifest), 'manifest.json');
  if (kind !== resultKind || key !== trial.key) throw damaged(trial, 'it is of another trial');
  const read = (name: string): Buffer | undefined => {
    const expected = described[name];
    if (!expected) return undefined;
    const bytes = Buffer.from(files[name] ?? '', 'base64');
    if (bytes.length === expected.bytes && hashBytes(bytes) === expected.sha256) return bytes;
    throw damaged(trial, `its ${name} was altered on the way`);
  };
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
