import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeTrainingState,
  encodeTrainingState,
} from '../../../src/training/checkpoint/encode.js';
import type { TrainingState } from '../../../src/training/checkpoint/state.js';

/** Two epochs and three steps of a training; its validation diverged, as one may whose training has not. */
const state: TrainingState = {
  epoch: 2,
  step: 3,
  seconds: 0.25,
  callbacks: {
    earlyStopping: { wait: 1, best: Number.NaN, bestEpoch: 0, stop: false },
    plateau: { wait: 0, cooldownLeft: 2, best: -Infinity, learningRate: 0.0005 },
  },
  history: [1, 2].map((epoch) => ({
    epoch,
    trainLoss: 0.1 + 0.2,
    trainAccuracy: 1 / 3,
    validationLoss: Infinity,
    validationAccuracy: 0.1,
    learningRate: Math.fround(0.001),
    trainSeconds: 12.5,
    validationSeconds: 0.75,
  })),
  gradientNorms: [2.5, 1.5],
  tensors: [
    {
      name: 'weight/0',
      dtype: 'float32',
      shape: [2, 1],
      bytes: bytesOf(new Float32Array([1, -2])),
    },
    { name: 'iteration/0', dtype: 'int32', shape: [], bytes: bytesOf(new Int32Array([7])) },
  ],
  best: {
    epoch: 1,
    weights: [
      {
        name: 'weight/0',
        dtype: 'float32',
        shape: [2, 1],
        bytes: bytesOf(new Float32Array([3, 4])),
      },
    ],
  },
};

function bytesOf({ buffer }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer);
}

const files = encodeTrainingState(state);

function refusalOf(changed: Partial<typeof files>): unknown {
  try {
    decodeTrainingState({ ...files, ...changed });
  } catch (error) {
    return error;
  }
  return 'was read';
}

describe('A training state', () => {
  test('comes back as it was, also numbers that JSON does not have', () => {
    expect(decodeTrainingState(files)).toEqual(state);
    const { callbacks: _, ...rest } = state;
    const plain = {
      ...rest,
      callbacks: {
        earlyStopping: { wait: 0, stop: false },
        plateau: { wait: 0, cooldownLeft: 0, learningRate: 0.5 },
      },
      best: undefined,
    };
    const { best: __, ...withoutBest } = plain;
    expect(decodeTrainingState(encodeTrainingState(withoutBest))).toEqual(withoutBest);
  });

  test('is read from bytes at any place in memory', () => {
    const moved = new Uint8Array(files['tensors.bin'].length + 1);
    moved.set(files['tensors.bin'], 1);
    const read = decodeTrainingState({ ...files, 'tensors.bin': moved.subarray(1) });
    expect(read).toEqual(state);
    expect(read.tensors.every(({ bytes }) => bytes.byteOffset % 4 === 0)).toBe(true);
  });

  test('any numbers come back as they were', () => {
    const numbers = fc.double({ noDefaultInfinity: false }).filter((n) => !Object.is(n, -0));
    fc.assert(
      fc.property(numbers, fc.float32Array(), (number, values) => {
        const [tensor] = state.tensors as [(typeof state.tensors)[0]];
        const changed = {
          ...state,
          callbacks: {
            ...state.callbacks,
            earlyStopping: { ...state.callbacks.earlyStopping, best: number },
          },
          tensors: [{ ...tensor, shape: [values.length], bytes: bytesOf(values.slice()) }],
        };
        expect(decodeTrainingState(encodeTrainingState(changed))).toEqual(changed);
      }),
    );
  });
});

describe('What is no training state is refused with the reason', () => {
  const json = JSON.parse(files['state.json']);
  const cases: [string, Partial<typeof files>, string][] = [
    ['no JSON', { 'state.json': '{"format": ' }, 'state.json is not JSON'],
    ['JSON of something else', { 'state.json': '[]' }, 'state.json has a wrong "" ('],
    [
      'a later format',
      { 'state.json': JSON.stringify({ ...json, version: 2 }) },
      'its format is version 2, and this prep-lab reads version 1',
    ],
    [
      'a missing epoch',
      { 'state.json': JSON.stringify({ ...json, epoch: undefined }) },
      'state.json has a wrong "epoch" (',
    ],
    [
      'a loss that is null',
      {
        'state.json': JSON.stringify({
          ...json,
          history: [{ ...json.history[0], trainLoss: null }],
        }),
      },
      'state.json has a wrong "history.0.trainLoss" (',
    ],
    [
      'bytes that are missing',
      { 'tensors.bin': files['tensors.bin'].subarray(4) },
      'tensors.bin has 16 bytes where state.json lists 20',
    ],
  ];

  test.each(cases)('%s', (_, changed, reason) => {
    const error = refusalOf(changed);
    expect(error).toMatchObject({ name: 'UserError', exitCode: 7 });
    expect((error as Error).message).toContain(`The checkpoint cannot be continued: ${reason}`);
  });

  test('a state.json that ends anywhere', () => {
    const text = files['state.json'].trimEnd();
    for (let length = 0; length < text.length; length++) {
      expect(refusalOf({ 'state.json': text.slice(0, length) })).toMatchObject({ exitCode: 7 });
    }
  });
});
