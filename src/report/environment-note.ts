import type { Arm } from '../comparison/arm.js';
import type { Environment } from '../runner/result.js';
import { valuesOf } from './origin.js';
import { toPlainText } from './plain-text.js';
import { renderList, renderNames } from './quantities.js';

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
