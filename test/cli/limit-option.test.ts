import { Command } from 'commander';
import { expect, test } from 'vitest';
import { createLimitOption } from '../../src/cli/plan-options.js';

/** Returns what the option reads. */
function parse(text: string): unknown {
  const command = new Command().exitOverride().configureOutput({ outputError: () => {} });
  return command.addOption(createLimitOption()).parse(['--limit', text], { from: 'user' }).opts();
}

test.each([
  ['5000,1000', { train: 5000, test: 1000 }],
  ['10', { train: 10, test: 10 }],
  ['20000', { train: 20_000, test: 20_000 }],
])('%s limits both sets', (text, limit) => {
  expect(parse(text)).toEqual({ limit });
});

test.each(['0', '5,', '1,2,3'])('%s is refused', (text) => {
  expect(() => parse(text)).toThrow();
});
