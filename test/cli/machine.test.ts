import { expect, test } from 'vitest';
import { examineBfloat16, examineGpuBfloat16, examineNode } from '../../src/cli/examine.js';

test.each(['20.19.0', '20.20.2', '22.12.0', '23.0.0', '24.1.0'])('Node %s is taken', (version) => {
  expect(examineNode(version)).toEqual({ subject: 'Node', state: 'ok', found: version });
});

test.each(['18.20.0', '20.18.1', '21.7.0', '22.11.0'])('Node %s is too old', (version) => {
  expect(examineNode(version)).toEqual({
    subject: 'Node',
    state: 'missing',
    found: `${version} is too old`,
    advice: 'Install Node 20.19, 22.12 or newer.',
  });
});

test.each([
  [
    ['amx_bf16', 'avx512_bf16'],
    'ok',
    'amx_bf16 and avx512_bf16: mixed precision is faster than float32',
  ],
  [
    ['avx512_bf16'],
    '-',
    'avx512_bf16: "prep-lab explain FILE" measures whether mixed precision is faster than float32',
  ],
  [[], '-', 'neither amx_bf16 nor avx512_bf16: mixed precision is slower than float32'],
])('What the processor has for bfloat16 is told, and is no fault: %j', (units, state, found) => {
  expect(examineBfloat16(units)).toEqual({ subject: 'bfloat16', state, found });
});

test.each([
  ['9.0', 'ok', 'in the matrix units: compute capability 9.0'],
  ['7.5', '-', 'not in the matrix units: compute capability 7.5'],
  ['10.0', 'ok', 'in the matrix units: compute capability 10.0'],
  [undefined, '-', 'no GPU that could have it'],
])('What a GPU has for bfloat16 is told: compute capability %s', (capability, state, found) => {
  expect(examineGpuBfloat16(capability)).toEqual({ subject: 'bfloat16', state, found });
});
