import { expect, test } from 'vitest';
import {
  openSealed,
  type SealedResult,
  sealHistory,
  sealResult,
} from '../../src/runner/sealed-result.js';
import { storedTrial } from '../results/stored-trial.js';

const result = storedTrial('done');
const predicted = Uint8Array.from(
  { length: result.imageCounts.test },
  (_, index) => (3 * index) % 10,
);
const sealed: SealedResult = JSON.parse(JSON.stringify(sealResult({ result, predicted })));

test('A result and its predictions arrive as they were sent', () => {
  expect(openSealed(sealed, result)).toEqual({
    type: 'ended',
    result,
    predicted: Buffer.from(predicted),
  });
  const failed = storedTrial('failed');
  expect(openSealed(sealResult({ result: failed }), failed)).toEqual({
    type: 'ended',
    result: failed,
  });
});

test('The epochs of a trial that was left arrive as they were sent, also where a loss is no number', () => {
  const history = result.history.map((record) => ({ ...record, validationLoss: Number.NaN }));
  const arrived = JSON.parse(JSON.stringify(sealHistory(result, history)));
  expect(openSealed(arrived, result)).toEqual({ type: 'paused', history });
  const none = { ...arrived, files: {} };
  expect(() => openSealed(none, result)).toThrow(`${begin}its history.json was altered`);
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
  expect(() => openSealed(altered, result)).toThrow(message);
});

test('A result of another trial is refused', () => {
  const other = { id: result.id, key: 'f'.repeat(64) };
  expect(() => openSealed(sealed, other)).toThrow(`${begin}it is of another trial.`);
});
