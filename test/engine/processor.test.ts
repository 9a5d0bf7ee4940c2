import { expect, test } from 'vitest';
import {
  listBfloat16Units,
  processorName,
  renderBfloat16Units,
} from '../../src/engine/processor.js';

const cpuinfo = (flags: string) => `processor\t: 0\nflags\t\t: fpu ${flags} sse2\nbugs\t\t: none\n`;

test.each([
  ['amx_tile avx512_bf16 amx_bf16', ['amx_bf16', 'avx512_bf16'], 'amx_bf16 and avx512_bf16'],
  ['avx512f avx512_bf16', ['avx512_bf16'], 'avx512_bf16'],
  ['avx2 amx_bf16x', [], 'neither amx_bf16 nor avx512_bf16'],
])('A processor with "%s" has %j', (flags, units, words) => {
  expect(listBfloat16Units(cpuinfo(flags))).toEqual(units);
  expect(renderBfloat16Units(units)).toBe(words);
});

test('A system that does not tell has none', () => {
  expect(listBfloat16Units('')).toEqual([]);
});

test('The processor has a name', () => {
  expect(processorName()).not.toBe('');
});
