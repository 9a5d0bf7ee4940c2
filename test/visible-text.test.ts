import { expect, test } from 'vitest';
import { UserError } from '../src/user-error.js';
import { escapeInvisible, renderLine } from '../src/visible-text.js';

test.each([
  ['plain text, ä, 漢, 👩‍🚀', 'plain text, ä, 漢, 👩‍🚀'],
  ['a\nb\tc\r', 'a\\nb\\tc\\r'],
  ['\u001b[31mred\u0007', '\\u001b[31mred\\u0007'],
  ['\u007f\u009b', '\\u007f\\u009b'],
  ['a\u202eb\u2028\ufffe', 'a\\u202eb\\u2028\\ufffe'],
  ['half \ud83d', 'half \\ud83d'],
])('%j is shown as %j', (text, expected) => {
  expect(escapeInvisible(text)).toBe(expected);
  expect(escapeInvisible(expected)).toBe(expected);
});

test('a line that is too long is cut in its middle, and says how long it was', () => {
  expect(renderLine('a'.repeat(5000))).toBe('a'.repeat(5000));
  const ends = ['a'.repeat(300), 'b'.repeat(300)];
  expect(renderLine(`${ends[0]}${'x'.repeat(49_400)}${ends[1]}`)).toBe(
    `${ends[0]}... (50,000 characters in all) ...${ends[1]}`,
  );
});

test('an error for the user has as many lines as it was given', () => {
  const error = new UserError(['a\u001b', 'b\nc'], { hint: 'd\ne.' });
  expect(error.message).toBe('a\\u001b\nb\\nc');
  expect(error.hint).toBe('d\\ne.');
});
