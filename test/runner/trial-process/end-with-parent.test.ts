import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { endWithParent } from '../../../src/runner/trial-process/fork-child.js';

test('Twenty children share one listener, which goes with the last', async () => {
  const before = process.listenerCount('exit');
  const children = Array.from({ length: 20 }, () => spawn('sleep', ['60']));
  for (const child of children) endWithParent(child);
  expect(process.listenerCount('exit')).toBe(before + 1);
  const closed = children.map((child) => once(child, 'close'));
  for (const child of children) child.kill();
  await Promise.all(closed);
  expect(process.listenerCount('exit')).toBe(before);
});
