import { findJsonFault } from './json-checker.js';
import type { Problem } from './problem.js';

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
