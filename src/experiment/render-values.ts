import type { JsonSchema } from './json-schema.js';
import { quoteChoices } from './quote.js';

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
export function isLimitedNumber(schema: JsonSchema): boolean {
  return isNumeric(schema) && renderRange(schema) !== '';
}

function isNumeric({ type }: JsonSchema): boolean {
  return type === 'number' || type === 'integer';
}

function renderNumber(schema: JsonSchema): string {
  const noun = schema.type === 'integer' ? 'a whole number' : 'a number';
  return `${noun} ${renderRange(schema)}`.trimEnd();
}

function renderRange(schema: JsonSchema): string {
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
