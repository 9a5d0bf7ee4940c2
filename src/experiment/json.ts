import type { Problem } from '../problem.js';
import { quote } from '../text/quote.js';

export type ParsedJson = { readonly value: unknown } | { readonly problem: Problem };

/** Parses a JSON text; a fault is told by line and column. A byte order mark is passed over. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const text = decode(bytes);
  if (text === undefined) {
    return {
      problem: { message: 'the file is not UTF-8 text.', hint: 'save it as UTF-8.' },
    };
  }
  if (text.trim() === '') {
    return {
      problem: {
        message: 'the file is empty.',
        hint: 'docs/experiment-files.md shows the smallest experiment.',
      },
    };
  }
  const fault = findJsonFault(text);
  if (!fault) return { value: JSON.parse(text) };
  const place = findLineAndColumn(text, fault.offset);
  const message = `line ${place.line}, column ${place.column}: ${fault.message}.`;
  return { problem: { message, ...(fault.hint ? { hint: fault.hint } : {}) } };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Both count from 1, as editors do. */
function findLineAndColumn(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** Where a text stops being JSON and what was expected there. */
export interface JsonFault extends Problem {
  /** Range: an index into the text, or its length where it ends too early. */
  readonly offset: number;
}

/** No experiment comes near; a deeper text is an attack or a mistake. */
const deepestNesting = 100;

// All but control characters, quotation marks and backslashes.
const plainText = /[ !#-[\]-\uffff]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const space = /[ \t\r\n]*/y;
const scalar = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;

/**
 * Returns the first fault of a JSON text, or nothing where JSON.parse would take it; keys given twice are faults too.
 * JSON.parse names no line, its words change with Node's version, and it takes the last of two equal keys in silence.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    new JsonChecker(text).checkText();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FaultFound) return thrown.fault;
    throw thrown;
  }
}

class FaultFound {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    this.fault = fault;
  }
}

class JsonChecker {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  checkText(): void {
    this.#checkValue(0, 'a value');
    this.#skip(space);
    if (this.#offset < this.#text.length) this.#fail('the end of the file');
  }

  #checkValue(depth: number, expected: string): void {
    this.#skip(space);
    if (depth > deepestNesting) this.#fail(`at most ${deepestNesting} levels of nesting`);
    const start = this.#text[this.#offset];
    if (start === '{') this.#checkObject(depth);
    else if (start === '[') this.#checkArray(depth);
    else if (start === '"') this.#checkString();
    else if (this.#skip(scalar) === '') this.#fail(expected);
  }

  #checkObject(depth: number): void {
    const keys = new Set<string>();
    this.#checkList('}', (expected) => {
      this.#skip(space);
      const offset = this.#offset;
      if (this.#text[offset] !== '"') this.#fail(`${expected}a key in double quotation marks`);
      this.#checkString();
      const key: string = JSON.parse(this.#text.slice(offset, this.#offset));
      if (keys.has(key)) {
        throw new FaultFound({ offset, message: `the key ${quote(key)} is given twice` });
      }
      keys.add(key);
      if (!this.#take(':')) this.#fail('a colon');
      this.#checkValue(depth + 1, 'a value');
    });
  }

  #checkArray(depth: number): void {
    this.#checkList(']', (expected) => this.#checkValue(depth + 1, `${expected}a value`));
  }

  #checkList(end: string, checkItem: (expected: string) => void): void {
    this.#offset += 1;
    if (this.#take(end)) return;
    checkItem(`"${end}" or `);
    while (!this.#take(end)) {
      if (!this.#take(',')) this.#fail(`a comma or "${end}"`);
      checkItem('');
    }
  }

  #checkString(): void {
    this.#offset += 1;
    this.#skip(plainText);
    while (this.#text[this.#offset] === '\\') {
      if (this.#skip(escaped) === '') this.#fail('an escape such as \\n or \\\\');
      this.#skip(plainText);
    }
    if (this.#text[this.#offset] !== '"') this.#fail('a closing quotation mark');
    this.#offset += 1;
  }

  #take(character: string): boolean {
    this.#skip(space);
    if (this.#text[this.#offset] !== character) return false;
    this.#offset += 1;
    return true;
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    const matched = pattern.exec(this.#text)?.[0] ?? '';
    this.#offset += matched.length;
    return matched;
  }

  #fail(expected: string): never {
    const offset = this.#offset;
    const character = String.fromCodePoint(this.#text.codePointAt(offset) ?? 0);
    const received = offset < this.#text.length ? quote(character) : 'the end of the file';
    const message = `expected ${expected}, received ${received}`;
    throw new FaultFound({ offset, message, ...this.#hint(character) });
  }

  #hint(character: string): { readonly hint?: string } {
    if (character === '/' || character === '#') return { hint: 'JSON has no comments: remove it.' };
    if (character === "'") return { hint: 'JSON takes double quotation marks only.' };
    const before = this.#text.slice(0, this.#offset).trimEnd();
    const isAfterComma = (character === '}' || character === ']') && before.endsWith(',');
    return isAfterComma ? { hint: 'remove the comma before it.' } : {};
  }
}
