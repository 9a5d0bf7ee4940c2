import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { type Binding, nativeBackend } from '../../src/graph/native-backend.js';
import type { Tensor, TensorFlow } from '../../src/graph/tensorflow.js';
import { loadTestEngine } from '../engine.js';
import { residentMegabytes } from '../memory.js';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

/** A program that adds its input, a quarter of a megabyte, to a variable and returns the sum. */
function createAdder() {
  const shape = [256, 256];
  const total = tf.variable(tf.zeros(shape), false);
  const add = {
    inputs: [{ shape, dtype: 'float32' }] as const,
    compute(x: Tensor) {
      total.assign(total.add(x));
      return [total.clone()];
    },
  };
  const program = compileProgram({ add }, { state: [total] });
  return { shape, total, program };
}

test('Memory stays flat over 2,000 compiled steps with inputs, outputs and writes', () => {
  const { shape, total, program } = createAdder();
  const step = (index: number) =>
    tf.tidy(() => {
      const x = tf.tensor(new Float32Array(256 * 256).fill(index), shape);
      program.run('add', [x]);
      if (index % 10 === 0) program.write([[total, x]]);
      if (index % 10 === 5) program.read([total]);
    });
  for (let index = 0; index < 400; index++) step(index);
  const before = residentMegabytes();
  for (let index = 0; index < 2000; index++) step(index);
  // One tensor kept a step would be 500 MB.
  expect(residentMegabytes() - before).toBeLessThan(60);
  program.dispose();
  total.dispose();
});

test('A session is given no tensor whose memory belongs to JavaScript', () => {
  const backend = nativeBackend();
  const { binding } = backend;
  const { shape, total, program } = createAdder();
  const made = new Set<number>();
  const fed: number[] = [];
  const watched: Partial<Binding> = {
    createTensor(...values) {
      const id = binding.createTensor(...values);
      made.add(id);
      return id;
    },
    runSavedModel(session, inputIds, ...names) {
      fed.push(...inputIds);
      return binding.runSavedModel(session, inputIds, ...names);
    },
  };
  backend.binding = new Proxy({} as Binding, {
    get: (_, key: keyof Binding) => watched[key] ?? binding[key],
  });
  try {
    tf.tidy(() => {
      const x = tf.tensor(new Float32Array(256 * 256), shape);
      program.write([[total, x]]);
      program.run('add', [x]);
    });
  } finally {
    backend.binding = binding;
  }
  expect(made.size).toBe(1);
  expect(fed).toHaveLength(2);
  expect(fed.filter((id) => made.has(id))).toEqual([]);
  program.dispose();
  total.dispose();
});

test('A process that writes thousands of tensors into a program ends well', async () => {
  const built = (file: string) => pathToFileURL(`dist/${file}`).href;
  const source = `
    const { startEngine } = await import('${built('engine/start.js')}');
    const { tensorflow } = await import('${built('graph/tensorflow.js')}');
    const { compileProgram } = await import('${built('graph/compile.js')}');
    const progress = { start: () => ({ update() {}, stop() {} }), note() {} };
    await startEngine({ device: 'cpu', progress });
    const tf = tensorflow();
    const state = Array.from({ length: 40 }, () => tf.variable(tf.zeros([2000])));
    const compute = () => (state.forEach((value) => value.assign(value.add(1))), []);
    const program = compileProgram({ step: { compute } }, { state });
    const fresh = (round) => tf.tensor1d(new Float32Array(2000).fill(round));
    for (let round = 0; round < 300; round++) {
      tf.tidy(() => program.write(state.map((value) => [value, fresh(round)])));
      program.run('step');
      if (round % 50 === 0) gc();
    }
    console.log(program.read([state[39]])[0].dataSync()[1999]);
  `;
  const parameters = ['--expose-gc', '--input-type=module', '-e', source];
  // Rejects if the process is ended by a signal, SIGSEGV for instance.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, parameters);
  expect({ stdout, stderr }).toEqual({ stdout: '300\n', stderr: '' });
});
