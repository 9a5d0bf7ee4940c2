import type { Problem } from '../../problem.js';
import { quote } from '../../text/quote.js';
import { readJson } from '../json.js';
import { type Axis, computeSequence, type Sequence } from './axis.js';
import { parseKeyPath } from './key-path.js';

/** Parses what `--set` is given: `path=value[,value...]`. */
export function parseSet(text: string): Axis | Problem {
  const [path = ''] = text.split('=', 1);
  if (path === text || !parseKeyPath(path.trim())) {
    return {
      message: 'expected path=value, such as training.batchSize=32,64.',
      hint: 'stages are named by their place or their name: preprocessing.random-flip.mode=vertical.',
    };
  }
  const values = parseValues(text.slice(path.length + 1));
  return 'message' in values ? values : { path: path.trim(), values };
}

const call = /^(range|linspace|logspace)\((.*)\)$/s;
/** As JSON, and as people write them: ".5", "+1", "1.". */
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const bracket = /^[[{"]/;

/**
 * Parses the values of `--set path=...`: numbers, true, false, null, texts in quotation marks, objects and arrays as JSON;
 * range(), linspace() and logspace(); other words are texts. Commas part them, except inside brackets and quotation marks.
 */
export function parseValues(text: string): readonly unknown[] | Problem {
  const values: unknown[] = [];
  for (const part of splitAtCommas(text)) {
    const parsed = parsePart(part.trim());
    if ('message' in parsed) return parsed;
    values.push(...parsed.values);
  }
  return values;
}

function parsePart(part: string): { readonly values: readonly unknown[] } | Problem {
  if (part === '') {
    return {
      message: 'a value is missing.',
      hint: 'write for example 32,64; "" is an empty text, null takes the key away.',
    };
  }
  if (number.test(part)) return { values: [Number(part)] };
  const [, kind, inner = ''] = call.exec(part) ?? [];
  if (kind) return parseCall(kind as Sequence['kind'], inner);
  if (bracket.test(part) || /^(true|false|null)$/.test(part)) return parseJsonPart(part);
  return { values: [part] };
}

function parseCall(
  kind: Sequence['kind'],
  inner: string,
): { readonly values: readonly number[] } | Problem {
  const parameters = inner
    .split(',')
    .map((one) => (number.test(one.trim()) ? Number(one) : Number.NaN));
  const values = computeSequence({ kind, parameters });
  return 'message' in values ? values : { values };
}

function parseJsonPart(part: string): { readonly values: readonly unknown[] } | Problem {
  const read = readJson(part);
  if ('value' in read) return { values: [read.value] };
  const { fault } = read;
  return {
    message: `${quote(part)} is not JSON: ${fault.message.replaceAll('the end of the file', 'the end')}.`,
    hint:
      fault.hint ??
      'put it into single quotation marks, else the shell takes the double ones: --set \'x="y"\'.',
  };
}

/** Splits at the commas that are in no bracket and no quotation marks. */
function splitAtCommas(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gs)) {
    if (/^[[{(]$/.test(piece)) depth += 1;
    if (/^[\]})]$/.test(piece)) depth -= 1;
    if (piece === ',' && depth <= 0) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}
