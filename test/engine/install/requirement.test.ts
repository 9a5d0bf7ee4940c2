import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareVersions,
  fitsVersions,
  parseExtra,
  parseRequirement,
} from '../../../src/engine/install/requirement.js';

const metadata = `Metadata-Version: 2.4
Name: tensorflow
Version: 2.21.0
Requires-Dist: numpy>=1.26.0
Provides-Extra: and-cuda
Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"
Requires-Dist: nvidia-nccl-cu12 (==2.27.7) ; extra == 'and-cuda'
Requires-Dist: tensorflow-io-gcs-filesystem>=0.23.1; python_version < "3.13" and extra == "gcs-filesystem"

Requires-Dist: a-sentence-of-the-description; extra == "and-cuda"
`;

test('reads what the METADATA names under an extra, and nothing of the description', () => {
  expect(parseExtra(metadata, 'and-cuda')).toEqual([
    { name: 'nvidia-cublas-cu12', versions: '<13.0,>=12.5.3.2' },
    { name: 'nvidia-nccl-cu12', versions: '==2.27.7' },
  ]);
});

test('reads METADATA with the line ends of Windows', () => {
  expect(parseExtra(metadata.replaceAll('\n', '\r\n'), 'and-cuda')).toHaveLength(2);
});

test('reads a requirement without versions and with an extra of its own', () => {
  expect(parseRequirement(' nvidia-cuda[all] ')).toEqual({ name: 'nvidia-cuda', versions: '' });
});

test.each([
  ['12.9.1.4', '<13.0,>=12.5.3.2', true],
  ['12.5.3.1', '<13.0,>=12.5.3.2', false],
  ['13.0', '<13.0,>=12.5.3.2', false],
  ['13', '<13.0', false],
  ['2.21.0', '==2.21', true],
  ['2.21.1', '==2.21', false],
  ['2.21.0', '!=2.21.0', false],
  ['2.22.0rc0', '>=2.21', false],
  ['1.0', '', true],
])('%s fits "%s": %s', (version, versions, fits) => {
  expect(fitsVersions(version, versions)).toBe(fits);
});

test('orders versions by numbers, not by letters', () => {
  expect(compareVersions('12.10', '12.9')).toBeGreaterThan(0);
});

test('any order of two versions is the reverse of the other order', () => {
  const version = fc
    .array(fc.nat(30), { minLength: 1, maxLength: 4 })
    .map((part) => part.join('.'));
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
    }),
  );
});
