import { expect, test } from 'vitest';
import { examineKernels, judgeProbe } from '../../src/cli/examine.js';
import { lastError } from '../../src/engine/probe.js';

const engine = {
  tensorflowVersion: '2.21.0',
  device: 'cpu',
  deviceName: 'EPYC',
  threads: 2,
  precision: 'float32',
  kernels: 'own',
} as const;
const complaint = 'failed call to cuInit: UNKNOWN ERROR (303)';

test('names the GPU that computes', () => {
  const probe = { engine: { ...engine, device: 'gpu', deviceName: 'NVIDIA H200' } } as const;
  expect(judgeProbe(probe, 'gpu')).toEqual({
    subject: 'computes on',
    state: 'ok',
    found: 'GPU: NVIDIA H200',
  });
});

test('passes on what TensorFlow says about a GPU that it cannot use', () => {
  expect(judgeProbe({ engine, complaint }, 'gpu')).toEqual({
    subject: 'computes on',
    state: 'ok',
    found: 'CPU: EPYC, 2 threads, although there is a GPU',
    advice: `TensorFlow says: ${complaint}`,
  });
});

test('misses an engine that cannot be loaded', () => {
  expect(judgeProbe({ problem: 'libc is too old.' }, 'cpu')).toEqual({
    subject: 'computes on',
    state: 'missing',
    found: 'libc is too old.',
    advice: 'Remove the folder "engine" in the cache folder and run "prep-lab setup".',
  });
});

const notForIt = "without prep-lab's own kernels, which are for its own TensorFlow on the CPU";

test.each([
  ['compiled', 'cpu', "with prep-lab's own kernels", undefined],
  ['compiled', 'gpu', notForIt, undefined],
  ['unfit', 'cpu', notForIt, undefined],
  [
    'missing',
    'gpu',
    notForIt,
    'Trainings begin later without them: run "prep-lab setup", with a C++ compiler.',
  ],
  [
    'missing',
    'cpu',
    "without prep-lab's own kernels",
    'Some nets train slower without them: run "prep-lab setup", with a C++ compiler.',
  ],
] as const)('says of kernels that are %s what computes on a %s', (state, device, found, advice) => {
  const ownKernels = state === 'compiled' ? { state, path: 'kernels.node' } : { state };
  expect(examineKernels({ ownKernels, device })).toEqual({ found, ...(advice && { advice }) });
});

test("finds the last error in TensorFlow's log", () => {
  const log = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795373174.746091   19105 cpu_feature_guard.cc:227] This TensorFlow binary is optimized.
E0000 00:00:1795373174.746782   19105 cuda_platform.cc:52] ${complaint}
`;
  expect(lastError(log)).toBe(complaint);
  expect(lastError('')).toBe('');
});
