import { createRequire } from 'node:module';
import type * as jsonc from 'jsonc-parser';
import type { Problem } from '../problem.js';
import { quote } from '../text/quote.js';

const require = createRequire(import.meta.url);

/** Loads the library with the first text: the options of commands come here too, and "--help" must not wait for it. */
const library = (): typeof jsonc => require('jsonc-parser');

/** Where a text stops being what it should be, and what was expected there. */
export interface TextFault extends Problem {
  /** Range: an index into the text, or its length where it ends too early. */
  readonly offset: number;
}

/** What a text holds, or its first fault. */
export type ReadText = { readonly value: unknown } | { readonly fault: TextFault };

/** `jsonc` takes comments, and a comma after the last item. */
export type JsonDialect = 'json' | 'jsonc';

/** No experiment comes near; a deeper text is an attack or a mistake. */
export const deepestNesting = 100;

/**
 * Reads a JSON text. Keys given twice are faults.
 * JSON.parse names no line, its words change with Node's version, and it takes the last of two equal keys in silence.
 */
export function readJson(text: string, dialect: JsonDialect = 'json'): ReadText {
  const reader = new JsonReader(text, dialect);
  const isComments = dialect === 'jsonc';
  try {
    library().visit(text, reader, {
      disallowComments: !isComments,
      allowTrailingComma: isComments,
    });
    return { value: reader.value };
  } catch (thrown) {
    if (thrown instanceof FaultFound) return { fault: thrown.fault };
    throw thrown;
  }
}

/** Returns the first fault of a JSON text, or nothing where JSON.parse would take it and no key is given twice. */
export function findJsonFault(text: string): TextFault | undefined {
  const read = readJson(text);
  return 'fault' in read ? read.fault : undefined;
}

class FaultFound {
  readonly fault: TextFault;

  constructor(fault: TextFault) {
    this.fault = fault;
  }
}

/** An object or array that is not closed yet. */
type Container =
  | { readonly end: '}'; readonly entries: Map<string, unknown>; key: string }
  | { readonly end: ']'; readonly items: unknown[] };

/** Builds the value and knows at each place what may follow; the first fault is thrown. */
class JsonReader implements jsonc.JSONVisitor {
  readonly #text: string;
  readonly #dialect: JsonDialect;
  readonly #open: Container[] = [];
  #expected = 'a value';
  value: unknown;

  constructor(text: string, dialect: JsonDialect) {
    this.#text = text;
    this.#dialect = dialect;
  }

  onObjectBegin = (offset: number): void => {
    this.#begin({ end: '}', entries: new Map(), key: '' }, offset);
    this.#expected = '"}" or a key in double quotation marks';
  };

  onArrayBegin = (offset: number): void => {
    this.#begin({ end: ']', items: [] }, offset);
    this.#expected = '"]" or a value';
  };

  onObjectProperty = (key: string, offset: number): void => {
    const object = this.#open.at(-1);
    if (object?.end !== '}') return;
    if (object.entries.has(key)) {
      throw new FaultFound({ offset, message: `the key ${quote(key)} is given twice` });
    }
    object.key = key;
    this.#expected = 'a colon';
  };

  onSeparator = (character: string): void => {
    const isKey = character === ',' && this.#open.at(-1)?.end === '}';
    this.#expected = isKey ? 'a key in double quotation marks' : 'a value';
  };

  onLiteralValue = (value: unknown): void => this.#put(value);
  onObjectEnd = (offset: number): void => this.#end(offset);
  onArrayEnd = (offset: number): void => this.#end(offset);

  onError = (code: number, offset: number, length: number): void => {
    const token = this.#text.slice(offset, offset + length);
    switch (library().printParseErrorCode(code)) {
      case 'InvalidUnicode':
      case 'InvalidEscapeCharacter':
        this.#fail('an escape such as \\n or \\\\', offset + findWrongEscape(token));
        break;
      case 'InvalidCharacter':
        this.#fail('no control characters in a text', offset);
        break;
      case 'UnexpectedEndOfString':
        this.#fail('a closing quotation mark', offset + length);
        break;
      case 'UnexpectedEndOfComment':
        this.#fail('"*/" at the end of the comment', offset + length);
        break;
      default:
        this.#fail(this.#expected, offset, length);
    }
  };

  #begin(container: Container, offset: number): void {
    if (this.#open.length >= deepestNesting) {
      this.#fail(`at most ${deepestNesting} levels of nesting`, offset);
    }
    this.#open.push(container);
  }

  #end(offset: number): void {
    // The end of the text ends all that is open, and is told as a fault afterwards.
    if (this.#text[offset] !== this.#open.at(-1)?.end) return;
    const closed = this.#open.pop();
    // Defines even "__proto__" as a key like any other.
    this.#put(closed?.end === '}' ? Object.fromEntries(closed.entries) : closed?.items);
  }

  #put(value: unknown): void {
    const container = this.#open.at(-1);
    if (container?.end === '}') container.entries.set(container.key, value);
    else if (container) container.items.push(value);
    else this.value = value;
    this.#expected = container ? `a comma or "${container.end}"` : 'the end of the file';
  }

  #fail(expected: string, offset: number, length = 1): never {
    const token = this.#text.slice(offset, offset + Math.max(1, length));
    const received = token === '' ? 'the end of the file' : quote(token);
    const message = `expected ${expected}, received ${received}`;
    throw new FaultFound({ offset, message, ...this.#hint(token, offset) });
  }

  #hint(token: string, offset: number): { readonly hint?: string } {
    if (/^(?:\/|#)/.test(token)) {
      return this.#dialect === 'jsonc'
        ? { hint: 'comments begin with "//", or stand between "/*" and "*/".' }
        : { hint: 'JSON has no comments: remove it; only a .jsonc file may have some.' };
    }
    if (token.startsWith("'")) return { hint: 'JSON takes double quotation marks only.' };
    const isAfterComma = this.#text.slice(0, offset).trimEnd().endsWith(',');
    return isAfterComma && /^[}\]]/.test(token) ? { hint: 'remove the comma before it.' } : {};
  }
}

/** Returns the place of the first escape of a string's token that is none. */
function findWrongEscape(token: string): number {
  const found = [...token.matchAll(/\\(?:u[0-9a-fA-F]{4}|.)?/gs)];
  const wrong = found.find(([text]) => !/^\\(?:["\\/bfnrt]|u.{4})$/.test(text));
  return wrong?.index ?? 0;
}
