import { availableParallelism } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { createSlots, shareThreads } from '../../src/runner/slots.js';

afterEach(() => vi.unstubAllEnvs());

test('On the CPU there are as many places as jobs', () => {
  expect(createSlots({ device: 'cpu', jobs: 3, gpuNames: [] })).toEqual([{}, {}, {}]);
});

test('Each GPU has as many places as jobs, the first places on different GPUs', () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
  const gpuNames = ['NVIDIA H200', 'NVIDIA L4'];
  expect(createSlots({ device: 'gpu', jobs: 2, gpuNames })).toEqual([
    { visibleGpu: '0', gpuName: 'NVIDIA H200' },
    { visibleGpu: '1', gpuName: 'NVIDIA L4' },
    { visibleGpu: '0', gpuName: 'NVIDIA H200' },
    { visibleGpu: '1', gpuName: 'NVIDIA L4' },
  ]);
});

test('Only GPUs that CUDA_VISIBLE_DEVICES names are used', () => {
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '1');
  const gpuNames = ['NVIDIA H200', 'NVIDIA L4'];
  expect(createSlots({ device: 'gpu', jobs: 1, gpuNames })).toEqual([
    { visibleGpu: '1', gpuName: 'NVIDIA L4' },
  ]);
  vi.stubEnv('CUDA_VISIBLE_DEVICES', 'GPU-5e1f, GPU-77aa');
  expect(createSlots({ device: 'gpu', jobs: 1, gpuNames })).toEqual([
    { visibleGpu: 'GPU-5e1f', gpuName: 'NVIDIA H200' },
    { visibleGpu: 'GPU-77aa', gpuName: 'NVIDIA H200' },
  ]);
});

test('CUDA_VISIBLE_DEVICES ends at the first entry that is no GPU', () => {
  const gpuNames = ['NVIDIA H200', 'NVIDIA L4'];
  for (const visible of ['1,-1,0', '1,', '1, ,0']) {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', visible);
    expect(createSlots({ device: 'gpu', jobs: 1, gpuNames })).toEqual([
      { visibleGpu: '1', gpuName: 'NVIDIA L4' },
    ]);
  }
});

test('The cores are shared fairly, and nobody goes without a thread', () => {
  expect(shareThreads(1)).toBe(availableParallelism());
  expect(shareThreads(10_000)).toBe(1);
});
