import { renderLine } from '../visible-text.js';

/** Prints a line to stderr, beside the result. */
export function printNote(line: string): void {
  process.stderr.write(`${renderLine(line)}\n`);
}
