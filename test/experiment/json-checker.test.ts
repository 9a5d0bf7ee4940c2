import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault } from '../../src/experiment/json.js';

test.each([
  ['{"a": 1,}', 8, 'expected a key in double quotation marks, received "}"'],
  ['[1, ]', 4, 'expected a value, received "]"'],
  ['[1 2]', 3, 'expected a comma or "]", received "2"'],
  ['{"a" 1}', 5, 'expected a colon, received "1"'],
  ['{a: 1}', 1, 'expected "}" or a key in double quotation marks, received "a"'],
  ['[01]', 2, 'expected a comma or "]", received "1"'],
  ['[NaN]', 1, 'expected "]" or a value, received "N"'],
  ['"a', 2, 'expected a closing quotation mark, received the end of the file'],
  ['"a\nb"', 2, 'expected a closing quotation mark, received "\\n"'],
  ['"\\x"', 1, 'expected an escape such as \\n or \\\\, received "\\\\"'],
  ['1 2', 2, 'expected the end of the file, received "2"'],
  ['[', 1, 'expected "]" or a value, received the end of the file'],
  ['{"a":1,"b":2,"\\u0061":3}', 13, 'the key "a" is given twice'],
])('the fault of %s is found at %i', (text, offset, message) => {
  expect(findJsonFault(text)).toMatchObject({ offset, message });
});

test('comments, single quotation marks and trailing commas have hints of their own', () => {
  const hints = ['{ // x\n}', "{'a':1}", '[1,]', '[1'].map((text) => findJsonFault(text)?.hint);
  expect(hints).toEqual([
    'JSON has no comments: remove it.',
    'JSON takes double quotation marks only.',
    'remove the comma before it.',
    undefined,
  ]);
});

test('a text of a million open brackets is refused without exhausting the stack', () => {
  expect(findJsonFault('['.repeat(1_000_000))?.message).toBe(
    'expected at most 100 levels of nesting, received "["',
  );
});

test('a long string is read without exhausting the stack', () => {
  expect(findJsonFault(`"${'x\\n'.repeat(300_000)}"`)).toBeUndefined();
});

test('it takes what JSON.parse takes', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(findJsonFault(text)).toBeUndefined();
    }),
  );
});

test('it refuses what JSON.parse refuses, and beyond that only keys given twice', () => {
  const damaged = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', '\\', '0', '-', 'e', ' '),
    )
    .map(([text, at, put]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + 1);
    });
  fc.assert(
    fc.property(damaged, (text) => {
      const fault = findJsonFault(text);
      if (!fault?.message.endsWith('is given twice')) {
        expect(fault === undefined).toBe(isTakenByJsonParse(text));
      }
    }),
    { numRuns: 2000 },
  );
});

function isTakenByJsonParse(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
