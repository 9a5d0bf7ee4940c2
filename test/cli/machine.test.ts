import { expect, test } from 'vitest';
import { examineBfloat16, examineNode } from '../../src/cli/examine.js';

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

test('A processor that multiplies bfloat16 is told, and one that does not is no fault', () => {
  expect(examineBfloat16(['amx_bf16'])).toEqual({
    subject: 'bfloat16',
    state: 'ok',
    found: 'amx_bf16: mixed precision is fast',
  });
  expect(examineBfloat16([])).toEqual({
    subject: 'bfloat16',
    state: '-',
    found: 'neither amx_bf16 nor avx512_bf16: mixed precision is slow on this processor',
  });
});
