import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { renderError } from '../../src/cli/report-error.js';
import { renderHint, UserError } from '../../src/user-error.js';

test('what the user can mend is told in a sentence and a hint, with its own exit code', () => {
  const error = new UserError('No space.', { hint: 'free 2 GB.', exitCode: 5 });
  expect(renderError(error)).toEqual({ text: 'No space.\nHint: free 2 GB.\n', exitCode: 5 });
  expect(renderError(new UserError('No.'))).toEqual({ text: 'No.\n', exitCode: 2 });
});

test('a hint begins small, unless with a name', () => {
  expect(renderHint('Use less.')).toBe('Hint: use less.');
  expect(renderHint('NVIDIA has a driver.')).toBe('Hint: NVIDIA has a driver.');
});

test('anything else is a bug and keeps its stack', () => {
  const error = new TypeError('x is not a function');
  const { text, exitCode } = renderError(error);
  expect(exitCode).toBe(70);
  expect(text).toBe(
    `${error.stack}\nThis is a bug in prep-lab: please report it with the lines above.\n`,
  );
  expect(renderError('thrown text').text).toMatch(/^thrown text\n/);
});

test.each([
  [
    "error: option '--epochs <n>' argument '0' is invalid. expected a whole number from 1 on.",
    "Option '--epochs <n>' argument '0' is invalid: expected a whole number from 1 on.",
  ],
  ["error: unknown option '--nope'", "Unknown option '--nope'."],
])('says "%s" with one full stop at the end', (said, expected) => {
  const error = new CommanderError(1, 'commander.invalidArgument', said);
  expect(renderError(error).text).toBe(`${expected}\nHint: add --help to see what there is.\n`);
});

const long = 'a'.repeat(50_000);
const cut = `${'a'.repeat(100)}... (50,000 characters)`;

test.each([
  [
    `error: option '--set <path=value[,value...]>' argument '${long}' is invalid. expected 'it'`,
    `Option '--set <path=value[,value...]>' argument '${cut}' is invalid: expected 'it'.`,
  ],
  [`error: unknown option '${long}'`, `Unknown option '${cut}'.`],
  [`error: unknown command '${long}'`, `Unknown command '${cut}'.`],
  ["error: unknown command '\u001b[2J\nx'", "Unknown command '\\u001b[2J\\nx'."],
])('what was typed is cut and made visible', (said, expected) => {
  const error = new CommanderError(1, 'commander.unknownCommand', said);
  expect(renderError(error).text).toBe(`${expected}\nHint: add --help to see what there is.\n`);
});

test('the stack of a bug keeps its lines and nothing that a terminal obeys', () => {
  const error = new Error('x');
  error.stack = 'Error: \u001b[2J\n    at a';
  expect(renderError(error).text).toMatch(/^Error: \\u001b\[2J\n {4}at a\nThis is a bug/);
});
