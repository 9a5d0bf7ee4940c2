import { shippedCatalogue } from '../../../src/experiment/catalogue.js';
import type { Axis } from '../../../src/experiment/sweep/axis.js';
import { renderChanges } from '../../../src/experiment/sweep/key-path.js';
import { type Arm, createArmsParser } from '../../../src/experiment/sweep/parse-arms.js';
import { parseSet } from '../../../src/experiment/sweep/value-list.js';

/** Parses `--set`'s texts; a wrong one throws. */
function parseSets(texts: readonly string[]): Axis[] {
  return texts.map((text) => {
    const parsed = parseSet(text);
    if ('message' in parsed) throw new Error(parsed.message);
    return parsed;
  });
}

/** Returns the arms of an experiment file, on top of the smallest one, or its problems as texts. */
export function expand(value: object, ...sets: string[]): readonly Arm[] | string[] {
  const text = JSON.stringify({ model: { name: 'baseline' }, ...value });
  const parse = createArmsParser(shippedCatalogue(), parseSets(sets));
  const parsed = parse(new TextEncoder().encode(text), 'folder/sample.json');
  if ('arms' in parsed) return parsed.arms;
  return parsed.problems.map(({ message, hint }) => (hint ? `${message} Hint: ${hint}` : message));
}

/** Returns the changes of each arm as text, or the problems. */
export function changesOf(value: object, ...sets: string[]): string[] {
  return expand(value, ...sets).map((arm) =>
    typeof arm === 'string' ? arm : renderChanges(arm.changes),
  );
}
