import type { Results } from '../../results/result.js';

/** Renders results as `results.json` holds them. */
export function renderJson(results: Results): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}
