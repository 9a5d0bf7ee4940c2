import type { Fix } from '../../../src/look/checks/check.js';

/** Writes a fix into an experiment file's content, as a user who pastes it would. */
export function applyFix(written: object, { path, value }: Fix): object {
  const content = structuredClone(written) as Record<string, unknown>;
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  let place = content;
  for (const step of steps.slice(0, -1)) {
    place[step] ??= {};
    place = place[step] as Record<string, unknown>;
  }
  place[steps.at(-1) ?? ''] = value;
  return content;
}
