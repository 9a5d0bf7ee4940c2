import { expect, test } from 'vitest';
import {
  openResult,
  type SealedResult,
  sealResult,
} from '../../../../src/runner/launchers/bullmq/sealed-result.js';
import { storedTrial } from '../../../results/stored-trial.js';

const result = storedTrial('done');
const predicted = Uint8Array.from(
  { length: result.imageCounts.test },
  (_, index) => (3 * index) % 10,
);
const sealed: SealedResult = JSON.parse(JSON.stringify(sealResult({ result, predicted })));

test('A result and its predictions arrive as they were sent', () => {
  const opened = openResult(sealed, result);
  expect(opened.result).toEqual(result);
  expect([...(opened.predicted ?? [])]).toEqual([...predicted]);
  const failed = storedTrial('failed');
  expect(openResult(sealResult({ result: failed }), failed)).toEqual({ result: failed });
});

const flip = (text: string) => {
  const bytes = Buffer.from(text, 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString('base64');
};
const begin = `The result of ${result.id} that a worker sent cannot be used: `;

test.each<[unknown, string]>([
  ['text', `${begin}it is not a sealed result.`],
  [
    {
      ...sealed,
      files: { ...sealed.files, 'predictions.bin': flip(sealed.files['predictions.bin'] ?? '') },
    },
    `${begin}its predictions.bin was altered on the way.`,
  ],
  [{ ...sealed, files: {} }, `${begin}its trial.json was altered on the way.`],
  [
    { ...sealed, manifest: sealed.manifest.replace('"bytes": 5', '"bytes": 6') },
    '"manifest.json" was altered: it does not fit its own SHA-256.',
  ],
])('What was altered on the way is refused: %#', (altered, message) => {
  expect(() => openResult(altered, result)).toThrow(message);
});

test('A result of another trial is refused', () => {
  const other = { id: result.id, key: 'f'.repeat(64) };
  expect(() => openResult(sealed, other)).toThrow(`${begin}it is of another trial.`);
});
