import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findJsonFault, readJson } from '../../src/experiment/json.js';

test.each([
  ['{"a": 1,}', 8, 'expected a key in double quotation marks, received "}"'],
  ['[1, ]', 4, 'expected a value, received "]"'],
  ['[1 2]', 3, 'expected a comma or "]", received "2"'],
  ['{"a" 1}', 5, 'expected a colon, received "1"'],
  ['{a: 1}', 1, 'expected "}" or a key in double quotation marks, received "a"'],
  ['[01]', 2, 'expected a comma or "]", received "1"'],
  ['[NaN]', 1, 'expected "]" or a value, received "NaN"'],
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
    'JSON has no comments: remove it; only a .jsonc file may have some.',
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

test('it reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (text) => {
      expect(readJson(text)).toEqual({ value: JSON.parse(text) });
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

test('the key "__proto__" is a key like any other', () => {
  const read = readJson('{"__proto__": {"name": "x"}}');
  expect('value' in read && Object.keys(read.value as object)).toEqual(['__proto__']);
});

test('with comments and commas after the last item, JSONC says the same as JSON', () => {
  const text = `// The study's.
{
  "a": [1, 2, /* three, */], // "b": 1
  "c": "// no comment",
}`;
  expect(readJson(text, 'jsonc')).toEqual({ value: { a: [1, 2], c: '// no comment' } });
  expect(findJsonFault(text)?.offset).toBe(0);
});

test.each([
  ['{"a": 1,, }', 8, 'expected a key in double quotation marks, received ","', undefined],
  [
    '[1, /* x',
    8,
    'expected "*/" at the end of the comment, received the end of the file',
    undefined,
  ],
  ['[1] # x', 4, 'expected the end of the file, received "#"', expect.stringMatching(/^comments/)],
  ['{"a": 1, "a": 2}', 9, 'the key "a" is given twice', undefined],
])('the fault of the JSONC %s is found at %i', (text, offset, message, hint) => {
  const read = readJson(text, 'jsonc');
  expect(read).toEqual({ fault: { offset, message, ...(hint && { hint }) } });
});
