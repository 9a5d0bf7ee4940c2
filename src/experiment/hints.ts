import type { Problem } from '../problem.js';
import { findNearest, isSameName } from '../text/nearest.js';
import { quote, quoteChoices } from '../text/quote.js';
import {
  findCalled,
  type JsonSchema,
  knownNames,
  listKeyPaths,
  tellingKey,
} from './json-schema.js';
import { type KeyPath, renderPath } from './sweep/key-path.js';

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

/** What other programs call what a recipe holds. Stages have these names in their schema: `alsoCalled`. */
const otherNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['learningRate', ['lr']],
  ['weightDecay', ['wd']],
  ['schedule', ['lr-schedule', 'lr-scheduler', 'learning-rate-schedule', 'lr-decay']],
  ['testViews', ['test-time-augmentation', 'tta']],
  ['float32', ['fp32']],
  ['mixed-bfloat16', ['bf16', 'float16', 'fp16', 'half', 'amp', 'mixed-float16']],
]);

/** Returns the name that is the same but for its letters' case, or that other programs write so. */
function findSame(given: string, names: readonly string[]): string | undefined {
  const isGiven = (name: string) => isSameName(name, given);
  return names.find(isGiven) ?? names.find((name) => otherNames.get(name)?.some(isGiven));
}

/** Hints at the name that was most likely meant, else at all of them; `otherwise` introduces the list. */
export function hintForName(
  given: string,
  known: readonly string[],
  otherwise: string,
): Pick<Problem, 'hint'> {
  const nearest = findSame(given, known) ?? findNearest(given, known);
  if (nearest) return { hint: `did you mean ${quote(nearest)}?` };
  return otherwise && known.length > 0 ? { hint: `${otherwise} ${quoteChoices(known)}.` } : {};
}

/** Returns the paths of the keys in an object of this schema that have the very name. */
export function findKeyPaths(given: string, schema: JsonSchema | undefined): KeyPath[] {
  return listKeyPaths(schema).filter((path) => findSame(given, path.slice(-1)) !== undefined);
}

/** Hints at the key that was most likely meant: beside the place, or elsewhere with the very name; else at all beside it. */
export function hintForKey(
  given: string,
  known: readonly string[],
  elsewhere: readonly KeyPath[],
): Pick<Problem, 'hint'> {
  const names = elsewhere.map((path) => String(path.at(-1)));
  const same = findSame(given, known) ?? findSame(given, names);
  const meant = same ?? findNearest(given, known) ?? findNearest(given, names);
  const path = elsewhere.find((candidate) => candidate.at(-1) === meant);
  if (!path || known.includes(String(meant))) {
    return hintForName(given, known, 'the known keys are');
  }
  return { hint: `did you mean "${renderPath(path)}"?` };
}

/** Hints at the key whose value has the name that was taken for a key: `"ema": 0.9`. */
export function hintForNamed(given: string, around: JsonSchema | undefined): Pick<Problem, 'hint'> {
  for (const [key, schema] of Object.entries(around?.properties ?? {})) {
    const name = findSame(given, knownNames(schema));
    if (name === undefined) continue;
    return { hint: `write ${quote(key)}: {${quote(tellingKey(schema))}: ${quote(name)}}.` };
  }
  return {};
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
