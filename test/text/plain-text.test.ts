import { expect, test } from 'vitest';
import { toPlainText } from '../../src/text/plain-text.js';

test.each([
  ['an ANSI escape', 'a\u001b[31mred\u001b[0m', 'a?[31mred?[0m'],
  ['line breaks and tabs', ' a\r\nb\tc\u2028d ', 'a b c d'],
  ['direction marks', 'a\u202eb\u2066c', 'a?b?c'],
  ['other control characters', 'a\u0000b\u007fc\u009bd', 'a?b?c?d'],
  ['half of a character', 'a\ud800b', 'a?b'],
  ['other languages', 'größe 大きさ 📏', 'größe 大きさ 📏'],
])('text with %s is safe on one line', (_, text, plain) => {
  expect(toPlainText(text)).toBe(plain);
});

test('a very long text is cut', () => {
  expect(toPlainText('x'.repeat(400))).toBe('x'.repeat(400));
  expect(toPlainText('x'.repeat(401))).toBe(`${'x'.repeat(397)}...`);
});
