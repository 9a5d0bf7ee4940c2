import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readNumericVariables, setNumericVariables } from '../../src/engine/numeric-variables.js';

beforeEach(() => {
  vi.stubEnv('TF_DETERMINISTIC_OPS', undefined);
  vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0');
});
afterEach(() => vi.unstubAllEnvs());

test('What is read before TensorFlow is loaded for a GPU is what is set then', () => {
  const before = readNumericVariables('gpu');
  expect(before).toEqual({ TF_DETERMINISTIC_OPS: '1', TF_ENABLE_ONEDNN_OPTS: '0' });
  setNumericVariables('gpu');
  expect(process.env).toMatchObject(before);
  expect(readNumericVariables('gpu')).toEqual(before);
});

test('On the CPU nothing is set, and what the user set stays on a GPU', () => {
  setNumericVariables('cpu');
  expect(process.env.TF_DETERMINISTIC_OPS).toBeUndefined();
  vi.stubEnv('TF_DETERMINISTIC_OPS', '0');
  setNumericVariables('gpu');
  expect(process.env.TF_DETERMINISTIC_OPS).toBe('0');
});
