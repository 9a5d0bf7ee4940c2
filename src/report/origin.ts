import type { Environment, Results, TrialResult } from '../runner/result.js';
import { toPlainText } from './plain-text.js';
import { renderList } from './quantities.js';

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
export function valuesOf(trials: readonly TrialResult[], key: keyof Environment): string[] {
  return [...new Set(trials.map(({ environment }) => String(environment[key] ?? 'none')))];
}
