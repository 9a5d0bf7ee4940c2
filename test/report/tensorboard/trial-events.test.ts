import { expect, test } from 'vitest';
import { renderTrialEvents } from '../../../src/report/tensorboard/trial-events.js';
import { doneTrial, experiment, failedTrial } from '../results.js';
import { type Fields, readFields, splitRecords } from './read-events.js';

const { training } = experiment();
const short = experiment({ training: { ...training, epochs: 2 } });

const inner = (fields: Fields, ...path: readonly number[]): Fields =>
  path.reduce((outer, field) => readFields(outer.get(field)?.[0] as Buffer), fields);

const textOf = (fields: Fields, field: number) => String(fields.get(field)?.[0]);

/** Reads an event file's scalars as [tag, step, value, wall time]. */
function readScalars(bytes: Uint8Array) {
  return splitRecords(bytes).flatMap((message) => {
    const event = readFields(message);
    if (!event.has(5)) return [];
    const value = inner(event, 5, 1);
    return value.has(2)
      ? [[textOf(value, 1), event.get(2)?.[0], value.get(2)?.[0], event.get(1)?.[0]]]
      : [];
  });
}

/** Reads what the hyperparameter page is told under one of its tags. */
function readHparams(bytes: Uint8Array, tag: string): Fields | undefined {
  for (const message of splitRecords(bytes)) {
    const event = readFields(message);
    if (!event.has(5)) continue;
    const value = inner(event, 5, 1);
    if (textOf(value, 1) !== tag) continue;
    const plugin = inner(value, 9, 1);
    expect(textOf(plugin, 1)).toBe('hparams');
    return inner(plugin, 2);
  }
  return undefined;
}

test('a trial has scalars for each epoch and the test result, at the times when they were known', () => {
  const { bytes } = renderTrialEvents(doneTrial({ experiment: short }));
  const [first] = splitRecords(bytes);
  expect(textOf(readFields(first as Buffer), 3)).toBe('brain.Event:2');
  const start = Date.parse('2026-01-02T03:04:05.000Z') / 1000;
  expect(readScalars(bytes)).toEqual([
    ['accuracy/train', 1, Math.fround(0.6), start + 17],
    ['loss/train', 1, 1, start + 17],
    ['learning rate', 1, Math.fround(0.001), start + 17],
    ['seconds/train', 1, 16, start + 17],
    ['accuracy/train', 2, Math.fround(0.6), start + 34],
    ['loss/train', 2, 1, start + 34],
    ['learning rate', 2, Math.fround(0.001), start + 34],
    ['seconds/train', 2, 16, start + 34],
    ['accuracy/test', 2, Math.fround(0.5884), start + 175],
    ['loss/test', 2, Math.fround(1.334), start + 175],
  ]);
});

test('its hyperparameters are flat and keep their types', () => {
  const changes = [{ path: 'training.batchSize', value: 32 }];
  const { bytes } = renderTrialEvents(doneTrial({ experiment: short, changes }));
  const session = inner(readHparams(bytes, '_hparams_/session_start_info') as Fields, 3);
  const entries = (session.get(1) ?? []).map((entry) => {
    const fields = readFields(entry as Buffer);
    const [[kind, [value]]] = [...inner(fields, 2)] as [[number, [number | Buffer]]];
    return [textOf(fields, 1), kind === 3 ? String(value) : value];
  });
  expect(Object.fromEntries(entries)).toEqual({
    experiment: 'raw',
    preprocessing: 'none',
    model: 'baseline',
    resampling: 'each',
    'dataset.name': 'cifar10',
    'training.epochs': 2,
    'training.batchSize': 32,
    'training.optimizer.name': 'adam',
    'training.optimizer.learningRate': 0.001,
    'training.optimizer.beta1': 0.9,
    'training.optimizer.beta2': 0.999,
    'training.optimizer.epsilon': 1e-7,
    'training.precision': 'float32',
    'training.labelSmoothing': 0,
    'training.validation': 'test',
  });
});

test('seeds of one arm are one group, and a failed trial is a failure', () => {
  const groupOf = (bytes: Uint8Array) =>
    textOf(inner(readHparams(bytes, '_hparams_/session_start_info') as Fields, 3), 4);
  const statusOf = (bytes: Uint8Array) =>
    inner(readHparams(bytes, '_hparams_/session_end_info') as Fields, 4).get(1);
  const [first, second] = [0, 1].map((seed) => renderTrialEvents(doneTrial({ seed })).bytes);
  const changes = [{ path: 'model.rate', value: 0.5 }];
  const changed = renderTrialEvents(doneTrial({ changes })).bytes;
  const failed = renderTrialEvents(failedTrial()).bytes;
  expect(groupOf(second as Buffer)).toBe(groupOf(first as Buffer));
  expect(groupOf(changed)).not.toBe(groupOf(first as Buffer));
  expect(groupOf(failed)).toBe(groupOf(first as Buffer));
  expect([statusOf(first as Buffer), statusOf(failed)]).toEqual([[1], [2]]);
  expect(readScalars(failed)).toHaveLength(8);
});

test.each([
  ['../../etc', '-..-etc'],
  ['..', 'trial'],
  ['a\u202e<b>\n', 'a--b--'],
  ['', 'trial'],
  ['x'.repeat(5000), 'x'.repeat(200)],
])('the id %j stays inside the folder', (id, folder) => {
  expect(renderTrialEvents(doneTrial({ id })).path).toBe(
    `${folder}/events.out.tfevents.1767323045.prep-lab`,
  );
});
