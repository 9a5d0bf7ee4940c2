import { expect, test } from 'vitest';
import { parseWheelName, platformTags } from '../../../src/engine/install/wheel-name.js';

test('reads the name, version and tags of a wheel', () => {
  const file =
    'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl';
  expect(parseWheelName(file)).toEqual({
    name: 'nvidia-cuda-nvcc-cu12',
    version: '12.9.86',
    pythons: ['py3'],
    platforms: ['manylinux2010_x86_64', 'manylinux_2_12_x86_64'],
  });
});

test.each(['tensorflow-2.21.0.tar.gz', 'tensorflow-2.21.0.whl', 'x.whl.metadata'])(
  '%s is no wheel',
  (file) => {
    expect(parseWheelName(file)).toBeUndefined();
  },
);

test('takes wheels for glibc 2.27 and older, on the own processor only', () => {
  expect(platformTags('x64')).toContain('manylinux_2_27_x86_64');
  expect(platformTags('x64')).toContain('manylinux2014_x86_64');
  expect(platformTags('x64')).toContain('manylinux_2_5_x86_64');
  expect(platformTags('x64')).not.toContain('manylinux_2_28_x86_64');
  expect(platformTags('arm64')).toContain('manylinux_2_27_aarch64');
  expect(platformTags('arm64').filter((tag) => tag.includes('x86'))).toEqual([]);
});
