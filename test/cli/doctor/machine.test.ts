import { expect, test } from 'vitest';
import { examineBfloat16 } from '../../../src/cli/doctor/machine.js';

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
