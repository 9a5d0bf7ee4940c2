import type { Conditions } from '../runner/plan/conditions.js';
import type { Trial } from '../runner/trial.js';
import type { PlanFlags } from './plan-options.js';

/** What the command of one trial says anew, or does not say. */
const replaced = new Set(['--shard', '--trials', '--device', '--threads', '--jobs']);
const dropped = new Set(['--dry-run', '--json']);

export interface PlanCommand {
  /** What follows the program's name. */
  readonly words: readonly string[];
  readonly flags: Pick<PlanFlags, 'quick' | 'precision' | 'set'>;
  readonly conditions: Conditions;
}

/**
 * Returns the command that runs one trial of another command's plan. What a machine would choose by itself is told, so that
 * the trial has the same key on another one.
 */
export function createTrialCommand(
  { id, experiment }: Trial,
  { words, flags, conditions }: PlanCommand,
): string[] {
  const isOpen = flags.quick && !flags.precision && !flags.set.some(isPrecision);
  const [name = 'run', ...rest] = words;
  return [
    'prep-lab',
    name,
    ...['--trials', id],
    ...['--device', conditions.device, '--threads', String(conditions.threads)],
    ...(isOpen ? ['--precision', experiment.training.precision] : []),
    ...withoutReplaced(rest),
  ];
}

function isPrecision({ path }: PlanFlags['set'][number]): boolean {
  return path === 'training.precision';
}

/** After "--" come files alone. */
function withoutReplaced(words: readonly string[]): string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const kept: string[] = [];
  for (let place = 0; place < end; place++) {
    const word = words[place] as string;
    if (replaced.has(word)) place++;
    else if (!dropped.has(word) && !replaced.has(word.replace(/=.*/s, ''))) kept.push(word);
  }
  return [...kept, ...words.slice(end)];
}
