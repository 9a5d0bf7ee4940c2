import type { Arm } from '../analysis/comparison/arm.js';
import type { Environment, Results, TrialResult } from '../results/result.js';
import { toPlainText } from '../text/plain-text.js';
import { renderList, renderNames } from '../text/quantities.js';

/** Renders what the numbers were made with, all that occurs; nothing before there are any. */
export function renderOrigin({ trials }: Results): string {
  if (trials.length === 0) return '';
  const all = (key: keyof Environment) => renderList(valuesOf(trials, key), 'or');
  const threads = all('threads');
  const unusual = [all('precision'), all('execution')].filter(
    (mode) => mode !== 'float32' && mode !== 'graph',
  );
  const kinds = valuesOf(trials, 'device').map((device) => device.toUpperCase());
  const device = `${renderList(kinds, 'or')}: ${all('deviceName')}`;
  const begun = trials.map(({ startedAt }) => startedAt).reduce((a, b) => (a < b ? a : b));
  const parts = [
    `prep-lab ${all('prepLab')}, TensorFlow ${all('tensorflow')}, Node ${all('node')}, ${all('platform')}`,
    [device, `${threads} ${threads === '1' ? 'thread' : 'threads'}`, ...unusual].join(', '),
    `begun ${begun.slice(0, 16).replace('T', ' ')} UTC`,
  ];
  return toPlainText(`${parts.join('; ')}.`);
}

/** Returns the values that trials have for one thing, each once, in the order of the trials. */
function valuesOf(trials: readonly TrialResult[], key: keyof Environment): string[] {
  return [...new Set(trials.map(({ environment }) => String(environment[key] ?? 'none')))];
}

/** What may move a trial's numbers or times, as readers call it. */
const names = {
  prepLab: 'prep-lab',
  tensorflow: 'TensorFlow',
  device: 'device',
  deviceName: 'device',
  driver: 'driver',
  threads: 'threads',
  precision: 'precision',
  execution: 'execution',
  kernels: 'kernels',
  node: 'Node',
  platform: 'platform',
} as const satisfies Record<keyof Environment, string>;

/** Says in what the trials of the table were made differently, and which rows mix it; nothing where all were alike. */
export function noteOnEnvironments(arms: readonly Arm[]): string {
  const done = arms.flatMap((arm) => arm.done);
  const differing = (Object.keys(names) as (keyof Environment)[]).filter(
    (key) => valuesOf(done, key).length > 1,
  );
  if (differing.length === 0) return '';
  const parts = differing.map((key) => `${names[key]}: ${renderList(valuesOf(done, key), 'or')}`);
  const mixed = arms.filter((arm) => differing.some((key) => valuesOf(arm.done, key).length > 1));
  const where =
    mixed.length > 0
      ? `, some even within a row (${renderNames(mixed.map(({ name }) => name))})`
      : '';
  return toPlainText(
    `Not all trials were made alike (${parts.join('; ')})${where}: differences may come from there.`,
  );
}
