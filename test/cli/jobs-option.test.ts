import { Command } from 'commander';
import { expect, test } from 'vitest';
import { localLauncher, requireLauncherOptions } from '../../src/cli/launcher-options.js';
import { addRunnerOptions, type RunnerFlags } from '../../src/cli/runner-options.js';

/** Returns what the options read. */
function parse(...words: readonly string[]): RunnerFlags {
  const command = new Command().exitOverride().configureOutput({ outputError: () => {} });
  addRunnerOptions(command);
  return command.parse(words, { from: 'user' }).opts();
}

test.each([
  [[], 1],
  [['--jobs', '3'], 3],
  [['--jobs', 'auto'], 'auto'],
])('%j means %s', (words, jobs) => {
  expect(parse(...words).jobs).toBe(jobs);
});

test.each([
  ['many', 'expected a whole number from 1 on, or "auto".'],
  ['Auto', 'expected a whole number from 1 on, or "auto".'],
  ['0', 'expected a whole number from 1 on.'],
  ['99999', 'expected a number from 1 to '],
])('%s is refused', (text, message) => {
  expect(() => parse('--jobs', text)).toThrow(message);
});

test.each(['slurm', 'bullmq'] as const)('auto is refused with --launcher %s', (launcher) => {
  const flags = { ...parse('--jobs', 'auto'), ...localLauncher, launcher };
  expect(() => requireLauncherOptions(flags)).toThrow(
    '--jobs auto measures this machine, and others train.',
  );
});
