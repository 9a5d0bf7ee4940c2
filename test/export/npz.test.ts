import { expect, test } from 'vitest';
import { packNpz } from '../../src/export/npz.js';

/** What numpy.save (2.4) writes for arange(6, dtype=float32).reshape(2, 3) and for array([1, 255], uint8). */
const golden = {
  floats:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAACAPwAAAEAAAEBAAACAQAAAoEA=',
  bytes:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoB/w==',
};

test('Arrays lie in a zip file as NumPy writes them', () => {
  const packed = Buffer.from(
    packNpz({
      'a/floats': { values: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] },
      bytes: { values: Uint8Array.of(1, 255), shape: [2] },
    }),
  );
  for (const content of Object.values(golden)) {
    expect(packed.includes(Buffer.from(content, 'base64'))).toBe(true);
  }
  expect(packed.includes('a/floats.npy')).toBe(true);
});
