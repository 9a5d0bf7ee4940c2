import { beforeAll, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { type Binding, nativeBackend } from '../../src/graph/native-backend.js';
import { createByteTable, gatherRows } from '../../src/graph/resident.js';
import type { TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** A variable that a step multiplies by a constant. */
function createMultiplier(start: number, factor: number) {
  const value = tf.variable(tf.scalar(start), false);
  const step = {
    compute() {
      value.assign(value.mul(factor));
      return [value.clone()];
    },
  };
  const program = compileProgram({ step }, { state: [value] });
  const run = () => tf.tidy(() => program.run('step')[0]?.dataSync()[0]);
  const end = () => {
    program.dispose();
    value.dispose();
  };
  return { run, end };
}

/** Returns what work gives, and how many graphs TensorFlow loaded and gave up meanwhile. */
function watch<Result>(work: () => Result) {
  const backend = nativeBackend();
  const { binding } = backend;
  const counts = { loaded: 0, unloaded: 0 };
  const watched: Partial<Binding> = {
    loadSavedModel(...place) {
      counts.loaded++;
      return binding.loadSavedModel(...place);
    },
    deleteSavedModel(session) {
      counts.unloaded++;
      binding.deleteSavedModel(session);
    },
  };
  backend.binding = new Proxy({} as Binding, {
    get: (_, key: keyof Binding) => watched[key] ?? binding[key],
  });
  try {
    return { result: work(), ...counts };
  } finally {
    backend.binding = binding;
  }
}

test('A program of the same graph takes the session of one that has ended, with values of its own', () => {
  const first = createMultiplier(1, 3);
  expect([first.run(), first.run()]).toEqual([3, 9]);
  first.end();
  const { result, loaded } = watch(() => {
    const second = createMultiplier(5, 3);
    const results = [second.run(), second.run()];
    second.end();
    return results;
  });
  expect({ result, loaded }).toEqual({ result: [15, 45], loaded: 0 });
});

test('A program of another graph, and one beside another, have a session of their own', () => {
  const first = createMultiplier(1, 5);
  const { result, loaded } = watch(() => {
    const [beside, other] = [createMultiplier(2, 5), createMultiplier(1, 7)];
    const results = [beside.run(), other.run(), first.run(), beside.run()];
    beside.end();
    other.end();
    return results;
  });
  expect({ result, loaded }).toEqual({ result: [10, 7, 5, 50], loaded: 2 });
  first.end();
});

test('No more than three sessions wait for the next program', () => {
  const { loaded, unloaded } = watch(() => {
    for (const factor of [11, 12, 13, 14, 15, 16]) createMultiplier(1, factor).end();
  });
  expect([loaded, unloaded >= 3]).toEqual([6, true]);
});

/** Gathers a row of a table of so many bytes. */
function gatherFrom(size: number) {
  const table = createByteTable(new Uint8Array(size).fill(7), {
    rowCount: 2,
    rowShape: [size / 2],
  });
  const step = {
    compute: () => [gatherRows(table, tf.tensor1d([1], 'int32'), 'int32').max()],
  };
  const program = compileProgram({ step }, { state: [] });
  const result = tf.tidy(() => program.run('step')[0]?.dataSync()[0]);
  program.dispose();
  table.dispose();
  return result;
}

test.each([
  ['Images that are few are copied, and their session is taken again', 2_000_000, 0],
  ['Many images are lent, and their session ends with them', 34_000_000, 1],
])('%s', (_, size, loadedAgain) => {
  expect(gatherFrom(size)).toBe(7);
  const { result, loaded } = watch(() => gatherFrom(size));
  expect({ result, loaded }).toEqual({ result: 7, loaded: loadedAgain });
});
