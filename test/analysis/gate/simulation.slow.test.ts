import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  countFailures,
  type Failures,
  type GateDesign,
  simulationSeed,
} from './simulated-gates.js';

const gates = 1000;

const designs: readonly GateDesign[] = [
  ...[2, 3, 5, 8].map((seeds) => ({ experiments: 1, identical: 0, seeds })),
  ...[2, 3, 5, 8].map((seeds) => ({ experiments: 7, identical: 6, seeds })),
  ...[2, 3, 5, 8].map((seeds) => ({ experiments: 7, identical: 4, seeds })),
  ...[2, 3, 5, 8].map((seeds) => ({ experiments: 7, identical: 0, seeds })),
].map((design) => ({ ...design, correction: 'holm' }) as const);

/** Renders one line of the table in docs/comparing.md. */
function renderLine(design: GateDesign): string {
  const cells = [0, -0.03].flatMap((difference) =>
    renderFailures(countFailures(design, { gates, difference })),
  );
  const numbers = [design.experiments, design.identical, design.seeds, ...cells];
  return `  | ${numbers.join(' | ')} |`;
}

function renderFailures({ worse, tooFew }: Failures): string[] {
  return [worse, tooFew].map((count) => `${((100 * count) / gates).toFixed(1)} %`);
}

test(`docs/comparing.md has the false alarms and the power of ${gates} simulated gates (seed ${simulationSeed})`, async () => {
  const docs = await readFile('docs/comparing.md', 'utf8');
  const start = docs.indexOf('  | experiments | identical | seeds |');
  const [, , ...lines] = docs.slice(start).split('\n\n')[0]?.split('\n') ?? [];
  const simulated = designs.map(renderLine);
  console.log(simulated.join('\n'));
  expect(lines).toEqual(simulated);
});
