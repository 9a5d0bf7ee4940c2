import type { Problem } from '../problem.js';
import { findNearest, isSameName } from '../text/nearest.js';
import { quote, quoteChoices } from '../text/quote.js';
import { findCalled, type JsonSchema, knownNames, tellingKey } from './json-schema.js';

/** Renders what a key may hold: "a number between 0 and 1", "[number, number]", "true or false". */
export function renderValues(schema: JsonSchema): string {
  if (schema.enum) return quoteChoices(schema.enum);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map(renderValues).join(' or ');
  if (Array.isArray(schema.items)) {
    return `[${schema.items.map((item: JsonSchema) => item.type ?? 'value').join(', ')}]`;
  }
  if (schema.type === 'boolean') return 'true or false';
  return isNumeric(schema) ? renderNumber(schema) : (schema.type ?? 'a value');
}

/** Tells whether a schema is one of numbers that are limited. */
function isLimitedNumber(schema: JsonSchema): boolean {
  return isNumeric(schema) && renderBounds(schema) !== '';
}

function isNumeric({ type }: JsonSchema): boolean {
  return type === 'number' || type === 'integer';
}

function renderNumber(schema: JsonSchema): string {
  const noun = schema.type === 'integer' ? 'a whole number' : 'a number';
  return `${noun} ${renderBounds(schema)}`.trimEnd();
}

function renderBounds(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return `between ${minimum} and ${maximum}`;
  const low =
    minimum === undefined ? renderEnd('above', exclusiveMinimum) : `of at least ${minimum}`;
  const high = maximum === undefined ? renderEnd('below', exclusiveMaximum) : `up to ${maximum}`;
  return [low, high].filter((part) => part !== '').join(' and ');
}

function renderEnd(word: string, value: number | undefined): string {
  return value === undefined ? '' : `${word} ${value}`;
}

/** Hints at the name that was most likely meant, else at all of them; `otherwise` introduces the list. */
export function hintForName(
  given: string,
  known: readonly string[],
  otherwise: string,
): Pick<Problem, 'hint'> {
  const nearest = findNearest(given, known);
  if (nearest) return { hint: `did you mean ${quote(nearest)}?` };
  return otherwise && known.length > 0 ? { hint: `${otherwise} ${quoteChoices(known)}.` } : {};
}

/** Hints at what other programs call by a name that is not known here. */
export function hintForMeaning(
  given: string,
  schema: JsonSchema | undefined,
): Pick<Problem, 'hint'> {
  if (knownNames(schema).some((name) => isSameName(name, given))) return {};
  const [called, ...others] = findCalled(schema, given);
  if (!called) return {};
  const names = [called, ...others].map(({ properties }) => properties?.name?.const);
  if (others.length > 0) return { hint: `the nearest in meaning are ${quoteChoices(names)}.` };
  const { hint } = hintForExample(called);
  return { hint: `the nearest in meaning is ${quoteChoices(names)}${hint ? `: ${hint}` : '.'}` };
}

/** Hints at the name for an object that has none, but says it in another place: `{"random-flip": {}}`, `{"type": "flip"}`. */
export function hintForUnnamed(
  given: unknown,
  schema: JsonSchema | undefined,
): Pick<Problem, 'hint'> {
  const known = knownNames(schema);
  const words = Object.entries(given ?? {}).flat();
  const meant = known.find((name) =>
    words.some((word) => typeof word === 'string' && isSameName(word, name)),
  );
  if (!meant) return hintForName('', known, 'the known names are');
  return { hint: `write {${quote(tellingKey(schema))}: ${quote(meant)}, ...}.` };
}

/** Hints at what fits: the name of a stage, model or optimiser, or a number's range and default. */
export function hintForShape(
  schema: JsonSchema | undefined,
  received?: unknown,
): Pick<Problem, 'hint'> {
  const known = knownNames(schema);
  if (known.length === 0) return hintForBounds(schema);
  const meant = typeof received === 'string' ? findNearest(received, known) : undefined;
  const key = quote(tellingKey(schema));
  if (meant) return { hint: `write {${key}: ${quote(meant)}}.` };
  return { hint: `write {${key}: ...} with ${quoteChoices(known)}.` };
}

/** Hints at how the stage around a key is written. */
export function hintForExample(schema: JsonSchema | undefined): Pick<Problem, 'hint'> {
  const example = schema?.examples?.[0];
  return example === undefined ? {} : { hint: `write for example ${JSON.stringify(example)}.` };
}

/** Hints at the nearest name that a folder can have. */
export function hintForFolderName(received: unknown): Pick<Problem, 'hint'> {
  const words =
    String(received)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return words.length === 0 ? {} : { hint: `write "name": ${quote(words.join('-'))}.` };
}

/** Hints at the range of a number and at its default. */
function hintForBounds(schema: JsonSchema | undefined): Pick<Problem, 'hint'> {
  if (!schema || !isLimitedNumber(schema)) return {};
  const example = schema.default === undefined ? '' : `, for example ${quote(schema.default)}`;
  return { hint: `give ${renderValues(schema)}${example}.` };
}
