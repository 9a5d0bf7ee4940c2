import { type JsonSchema, knownNames, tellingKey } from './json-schema.js';
import { findNearest } from './nearest.js';
import { quote, quoteChoices } from './quote.js';
import { isLimitedNumber, renderValues } from './render-values.js';

export interface MaybeHint {
  readonly hint?: string;
}

/** Hints at the name that was most likely meant, else at all of them; `otherwise` introduces the list. */
export function hintForName(given: string, known: readonly string[], otherwise: string): MaybeHint {
  const nearest = findNearest(given, known);
  if (nearest) return { hint: `did you mean ${quote(nearest)}?` };
  return otherwise && known.length > 0 ? { hint: `${otherwise} ${quoteChoices(known)}.` } : {};
}

/** Hints at what fits: the name of a stage, model or optimiser, or a number's range and default. */
export function hintForShape(schema: JsonSchema | undefined, received?: unknown): MaybeHint {
  const known = knownNames(schema);
  if (known.length === 0) return hintForBounds(schema);
  const meant = typeof received === 'string' ? findNearest(received, known) : undefined;
  const key = quote(tellingKey(schema));
  if (meant) return { hint: `write {${key}: ${quote(meant)}}.` };
  return { hint: `write {${key}: ...} with ${quoteChoices(known)}.` };
}

/** Hints at how the stage around a key is written. */
export function hintForExample(schema: JsonSchema | undefined): MaybeHint {
  const example = schema?.examples?.[0];
  return example === undefined ? {} : { hint: `write for example ${JSON.stringify(example)}.` };
}

/** Hints at the nearest name that a folder can have. */
export function hintForFolderName(received: unknown): MaybeHint {
  const words =
    String(received)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.length === 0 ? {} : { hint: `write "name": ${quote(words.join('-'))}.` };
}

/** Hints at the range of a number and at its default. */
function hintForBounds(schema: JsonSchema | undefined): MaybeHint {
  if (!schema || !isLimitedNumber(schema)) return {};
  const example = schema.default === undefined ? '' : `, for example ${quote(schema.default)}`;
  return { hint: `give ${renderValues(schema)}${example}.` };
}
