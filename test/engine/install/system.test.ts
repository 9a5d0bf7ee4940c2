import { expect, test } from 'vitest';
import { requireGlibc } from '../../../src/engine/install/engine.js';
import { exitCodes } from '../../../src/user-error.js';

const refused = (received: string) => ({
  message: `TensorFlow needs glibc 2.27 or newer, received ${received}.`,
  exitCode: exitCodes.engine,
});

test('takes glibc 2.27 and newer, this machine’s too', () => {
  for (const version of ['2.27', '2.36', '3.0']) requireGlibc(version);
  requireGlibc();
});

test('refuses an older glibc and another C library', () => {
  expect(() => requireGlibc('2.17')).toThrow(expect.objectContaining(refused('glibc 2.17')));
  expect(() => requireGlibc('')).toThrow(expect.objectContaining(refused('another C library')));
});
