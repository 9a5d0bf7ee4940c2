import type { z } from 'zod';
import type { Problem } from '../problem.js';
import { findNearest } from '../text/nearest.js';
import { quote, quoteChoices } from '../text/quote.js';
import {
  findKeyPaths,
  hintForExample,
  hintForFolderName,
  hintForKey,
  hintForMeaning,
  hintForName,
  hintForNamed,
  hintForShape,
  hintForUnnamed,
} from './hints.js';
import { findSchemaAt, type JsonSchema, knownNames } from './json-schema.js';
import { type KeyPath, ownValue, renderPath } from './sweep/key-path.js';

type Issue = z.core.$ZodIssue;

/** What an issue is explained with: the value that was checked and the schema that it broke. */
export interface IssueContext {
  readonly root: unknown;
  readonly schema: JsonSchema;
}

/** Turns zod's issues into problems: one for each, but none for a key that is missing because it is misspelt. */
export function explainIssues(issues: readonly Issue[], context: IssueContext): Problem[] {
  const misspelt = new Set(issues.flatMap((issue) => findMeantKeys(issue, context)));
  return issues
    .filter(({ path }) => !misspelt.has(renderPath(path)))
    .flatMap((issue) => explainIssue(issue, context));
}

/** Returns the paths of the missing keys that the unknown ones most likely mean. */
function findMeantKeys(issue: Issue, context: IssueContext): string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const given = issue.path.reduce<unknown>(ownValue, context.root);
  const missing = knownKeys(issue, context).filter((key) => ownValue(given, key) === undefined);
  const meant = issue.keys.flatMap((key) => findNearest(key, missing) ?? []);
  return meant.map((key) => renderPath([...issue.path, key]));
}

function knownKeys({ path }: Issue, { schema, root }: IssueContext): string[] {
  return Object.keys(findSchemaAt(schema, path, root)?.properties ?? {});
}

/** Turns an issue into one problem, or into one for each key that is not known. */
function explainIssue(issue: Issue, context: IssueContext): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const place = findSchemaAt(context.schema, issue.path, context.root);
    const around = issue.path as KeyPath;
    return issue.keys.map((key) => {
      const inside = findKeyPaths(key, place).map((path) => [...around, ...path]);
      return {
        message: `${renderPath([...around, key])} is not a known key.`,
        ...hintForKey(key, knownKeys(issue, context), inside),
        ...hintForNamed(key, place),
      };
    });
  }
  if (issue.code === 'invalid_union') {
    return explainInside(issue, context) ?? [explainValue(issue, context)];
  }
  return isOutdone(issue, context) ? [] : [explainValue(issue, context)];
}

/** What is wrong within the alternative whose kind of value it is; nothing where it is none of them. */
function explainInside(
  { errors, path }: z.core.$ZodIssueInvalidUnion,
  context: IssueContext,
): Problem[] | undefined {
  const entered = errors.filter(
    (issues) =>
      issues.length > 0 &&
      issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
  const explained = entered.map((issues) =>
    explainIssues(
      issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })),
      context,
    ),
  );
  return explained.sort((one, other) => one.length - other.length)[0];
}

/** Whether it is the limit of whole numbers as such, where the key has one of its own, which the value breaks too. */
function isOutdone(issue: Issue, { root, schema }: IssueContext): boolean {
  if (issue.code !== 'too_big' || issue.maximum !== Number.MAX_SAFE_INTEGER) return false;
  const own = findSchemaAt(schema, issue.path, root)?.maximum;
  return own !== undefined && own < Number.MAX_SAFE_INTEGER;
}

function explainValue(issue: Issue, { root, schema }: IssueContext): Problem {
  const path = renderPath(issue.path);
  const received = issue.path.reduce<unknown>(ownValue, root);
  const place = findSchemaAt(schema, issue.path, root);
  const around = findSchemaAt(schema, issue.path.slice(0, -1), root);
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) {
    return explainName(issue.path, root, around);
  }
  const example = { ...hintForExample(around), ...hintForExample(place) };
  if (received === undefined) {
    return { message: `${path} is missing.`, ...example, ...hintForShape(place) };
  }
  const end = isPlainObject(received) ? '' : `, received ${quote(received)}`;
  if (issue.code === 'custom' || issue.code === 'invalid_format') {
    const hint = issue.path[0] === 'name' ? hintForFolderName(received) : example;
    return { message: `${path} ${asPredicate(issue.message)}${end}.`, ...hint };
  }
  const message = `${path} must ${expectation(issue)}, received ${quote(received)}.`;
  return { message, ...example, ...hintForValue(issue, received, place) };
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param path Of the name, which tells which of several is meant. */
function explainName(
  path: readonly PropertyKey[],
  root: unknown,
  around: JsonSchema | undefined,
): Problem {
  const received = path.reduce<unknown>(ownValue, root);
  if (received !== undefined) {
    const given = typeof received === 'string' ? received : '';
    return {
      message: `${renderPath(path)} ${quote(received)} is not known.`,
      ...hintForName(given, knownNames(around), 'the known names are'),
      ...hintForMeaning(given, around),
    };
  }
  const place = path.slice(0, -1);
  const key = String(path.at(-1));
  const given = place.reduce<unknown>(ownValue, root);
  const misspelt = Object.keys(given ?? {}).find((one) => findNearest(one, [key]));
  if (misspelt !== undefined) {
    const message = `${renderPath([...place, misspelt])} is not a known key.`;
    return { message, hint: `did you mean ${quote(key)}?` };
  }
  return {
    message: `${renderPath(path)} is missing.`,
    ...hintForUnnamed(given, around),
  };
}

/** Messages of our own and of plug-ins' checks: "must be ..." reads on from the path, others stand apart. */
function asPredicate(message: string): string {
  const text = message.replace(/\.$/, '');
  return /^(must|needs?|is|are|has|have)\b/.test(text) ? text : `is not valid (${text})`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'too_big':
      return expectBound(issue.origin, issue.maximum, issue.inclusive ? 'at most' : 'less than');
    case 'too_small':
      return expectBound(issue.origin, issue.minimum, issue.inclusive ? 'at least' : 'more than');
    case 'not_multiple_of':
      return `be a multiple of ${issue.divisor}`;
    case 'invalid_value':
      return `be ${quoteChoices(issue.values)}`;
    case 'invalid_union':
      return expectOneOf(issue.errors);
    default:
      return 'be different';
  }
}

function expectBound(origin: string, bound: number | bigint, words: string): string {
  if (origin === 'array' || origin === 'tuple') return `have ${words} ${countOf(bound, 'item')}`;
  if (origin === 'string') return `have ${words} ${countOf(bound, 'character')}`;
  return `be ${words} ${bound}`;
}

function countOf(count: number | bigint, noun: string): string {
  return `${count} ${noun}${Number(count) === 1 ? '' : 's'}`;
}

/** Joins what each alternative wants of the value itself: "be a number or an array". */
function expectOneOf(alternatives: readonly (readonly Issue[])[]): string {
  const wishes = alternatives
    .map((issues) => issues.find((issue) => issue.path.length === 0) ?? issues[0])
    .filter((issue) => issue !== undefined)
    .map(expectation);
  const joined = [...new Set(wishes)].join(' or ');
  return joined.replaceAll(' or have ', ' or an array of ').replaceAll(' or be ', ' or ');
}

function hintForValue(issue: Issue, received: unknown, place: JsonSchema | undefined) {
  if (issue.code === 'invalid_value' || issue.code === 'invalid_union') {
    const choices = issue.code === 'invalid_value' ? issue.values : (place?.enum ?? []);
    return typeof received === 'string' ? hintForName(received, choices.map(String), '') : {};
  }
  return hintForShape(place, received);
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a text',
  tuple: 'an array',
};
