import type { DoneTrial } from '../../results/result.js';
import { renderList } from '../../text/quantities.js';

/** Says which seeds drew the same augmentation: their trainings are not as independent as a test takes them for. */
export function noteOnSharedDraws(trials: readonly DoneTrial[]): string[] {
  const seedsOf = new Map<string, Set<number>>();
  for (const { drawsSha256, seed } of trials) {
    if (drawsSha256 === undefined) continue;
    seedsOf.set(drawsSha256, (seedsOf.get(drawsSha256) ?? new Set()).add(seed));
  }
  return [...seedsOf.values()]
    .filter(({ size }) => size > 1)
    .map(
      (seeds) =>
        `Seeds ${renderList([...seeds].map(String))} drew the same augmentation in their first epoch: they are no independent trials.`,
    );
}
