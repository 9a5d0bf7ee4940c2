import { escapeInvisible } from '../visible-text.js';

/** Longest text that an error quotes: a hostile value must not fill the screen. */
const longestQuote = 60;

/** Renders a JSON value for an error text: short values as they are, others by their kind. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return quoteArray(value);
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    return 'a number that is too large';
  }
  if (typeof value === 'object' && value !== null) return 'an object';
  return shorten(JSON.stringify(value));
}

/** Renders a name that a hint tells to write, to be copied: never cut, however long. */
export function quoteWhole(name: string): string {
  return escapeInvisible(JSON.stringify(name));
}

/** Renders names as "a", "b" or "c". */
export function quoteChoices(values: readonly unknown[]): string {
  const quoted = values.map(quote);
  const last = quoted.pop() ?? '';
  return quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : last;
}

function quoteArray(values: readonly unknown[]): string {
  const isPlain = values.every((value) => typeof value !== 'object' || value === null);
  if (!isPlain || values.length > 8) return `an array of ${values.length} items`;
  return `[${values.map(quote).join(', ')}]`;
}

function shorten(text: string): string {
  const cut = text.length > longestQuote ? `${text.slice(0, longestQuote)}...` : text;
  return escapeInvisible(cut);
}
