import { availableParallelism } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { findEngine } from '../../../src/engine/install/engine.js';
import {
  plainConditions,
  readConditions,
  requireComputable,
} from '../../../src/runner/plan/conditions.js';
import { planTrials } from '../../../src/runner/trial.js';
import { experiment } from '../../report/results.js';
import { temporaryFolder } from '../../temporary-folder.js';

afterEach(() => vi.unstubAllEnvs());

test('Without options all cores compute, as one graph', async () => {
  expect(await readConditions({ device: 'cpu' })).toEqual({
    device: 'cpu',
    threads: availableParallelism(),
    execution: 'graph',
    tensorflow: '2.21.0',
    kernels: expect.stringMatching(/^[0-9a-f]{12}$/),
    variables: {},
  });
  expect(plainConditions()).toEqual(await readConditions({ device: 'cpu' }));
});

test("Where prep-lab's own kernels cannot be had, TensorFlow's ops stand in for them", async () => {
  expect(await readConditions({ device: 'gpu' })).toMatchObject({ kernels: 'composed' });
  const engine = await findEngine('cpu');
  vi.stubEnv('PREP_LAB_TENSORFLOW', engine?.folder ?? '');
  expect(await readConditions({ device: 'cpu' })).toMatchObject({ kernels: 'composed' });
});

test('Kernels of an engine that is not there yet need a compiler', async () => {
  vi.stubEnv('PREP_LAB_CACHE', await temporaryFolder());
  const { kernels } = await readConditions({ device: 'cpu' });
  expect(kernels).toMatch(/^[0-9a-f]{12}$/);
  vi.stubEnv('CXX', '/no/compiler');
  expect(await readConditions({ device: 'cpu' })).toMatchObject({ kernels: 'composed' });
});

test('Without a GPU that may be used, "auto" is the CPU', async () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
  expect(await readConditions()).toMatchObject({ device: 'cpu' });
});

test('What is asked for counts more than the environment', async () => {
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '3');
  expect(await readConditions({ device: 'cpu' })).toMatchObject({ threads: 3 });
  expect(await readConditions({ device: 'cpu', threads: 1 })).toMatchObject({ threads: 1 });
});

test('Variables that choose other kernels are told', async () => {
  vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0');
  vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', '0');
  const { variables } = await readConditions({ device: 'cpu' });
  expect(variables).toEqual({ TF_ENABLE_ONEDNN_OPTS: '0' });
});

test('A GPU repeats bit for bit unless told otherwise, and that is part of what is told', async () => {
  vi.stubEnv('TF_DETERMINISTIC_OPS', undefined);
  const variablesOnGpu = async () => (await readConditions({ device: 'gpu' })).variables;
  expect(await variablesOnGpu()).toEqual({ TF_DETERMINISTIC_OPS: '1' });
  vi.stubEnv('TF_DETERMINISTIC_OPS', '0');
  expect(await variablesOnGpu()).toEqual({ TF_DETERMINISTIC_OPS: '0' });
});

test('Mixed precision cannot be computed op by op', () => {
  const { training } = experiment();
  const mixed = experiment({ training: { ...training, precision: 'mixed-bfloat16' } });
  const eager = { ...plainConditions(), execution: 'eager' } as const;
  const refused = expect.objectContaining({
    name: 'UserError',
    message: `Experiment "${mixed.name}": training.precision must be "float32" where steps run op by op (--eager), received "mixed-bfloat16".`,
    hint: 'leave out "--eager", or add "--precision float32".',
    exitCode: 2,
  });
  expect(() => requireComputable([experiment(), mixed], eager)).toThrow(refused);
  expect(() => planTrials([mixed], {}, { conditions: eager })).toThrow(refused);
  requireComputable([experiment()], eager);
  requireComputable([mixed], plainConditions());
});
