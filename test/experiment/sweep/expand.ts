import { shippedCatalogue } from '../../../src/experiment/catalogue.js';
import type { Axis } from '../../../src/experiment/sweep/axis.js';
import { renderChanges } from '../../../src/experiment/sweep/key-path.js';
import {
  createVariantsParser,
  type Variant,
} from '../../../src/experiment/sweep/parse-variants.js';
import { parseSet } from '../../../src/experiment/sweep/value-list.js';

/** Parses `--set`'s texts; a wrong one throws. */
function parseSets(texts: readonly string[]): Axis[] {
  return texts.map((text) => {
    const parsed = parseSet(text);
    if ('message' in parsed) throw new Error(parsed.message);
    return parsed;
  });
}

/** Returns the variants of an experiment file, on top of the smallest one, or its problems as texts. */
export function expand(value: object, ...sets: string[]): readonly Variant[] | string[] {
  const parse = createVariantsParser(shippedCatalogue(), parseSets(sets));
  const parsed = parse({ name: 'sample', model: { name: 'baseline' }, ...value });
  if ('variants' in parsed) return parsed.variants;
  return parsed.problems.map(({ message, hint }) => (hint ? `${message} Hint: ${hint}` : message));
}

/** Returns the changes of each variant as text, or the problems. */
export function changesOf(value: object, ...sets: string[]): string[] {
  return expand(value, ...sets).map((variant) =>
    typeof variant === 'string' ? variant : renderChanges(variant.changes),
  );
}
