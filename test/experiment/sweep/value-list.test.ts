import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderValue } from '../../../src/experiment/sweep/key-path.js';
import { parseValues } from '../../../src/experiment/sweep/value-list.js';

test.each<[string, unknown[]]>([
  ['32,64', [32, 64]],
  ['1e-3, 1e-2', [0.001, 0.01]],
  ['.5,-.5,+1,1.', [0.5, -0.5, 1, 1]],
  ['2,"2"', [2, '2']],
  ['true,false,null', [true, false, null]],
  ['"true",""', ['true', '']],
  ['horizontal,both', ['horizontal', 'both']],
  ['[1,2],[3]', [[1, 2], [3]]],
  [
    '{"name":"sgd","momentum":0.9},{"name":"adam"}',
    [{ name: 'sgd', momentum: 0.9 }, { name: 'adam' }],
  ],
  ['"a,b","c\\",d"', ['a,b', 'c",d']],
  ['range(0,3)', [0, 1, 2]],
  ['range(1, 6, 2),10', [1, 3, 5, 10]],
  ['range(3,0,-1)', [3, 2, 1]],
  ['range(0,0.3,0.1)', [0, 0.1, 0.2]],
  ['linspace(0,1,5)', [0, 0.25, 0.5, 0.75, 1]],
  ['linspace(0.1,0.4,4)', [0.1, 0.2, 0.3, 0.4]],
  ['logspace(1e-4,1e-2,3)', [0.0001, 0.001, 0.01]],
  ['logspace(1,0.25,3)', [1, 0.5, 0.25]],
])('%s', (text, values) => {
  expect(parseValues(text)).toEqual(values);
});

test.each([
  ['32,,64', 'a value is missing.'],
  ['', 'a value is missing.'],
  ['range(0,3,0)', 'range(0, 3, 0) must give 1 to 1000 numbers.'],
  ['range(3,0)', 'range(3, 0) must give 1 to 1000 numbers.'],
  ['range(0,1e9)', 'range(0, 1000000000) must give 1 to 1000 numbers.'],
  ['linspace(0,1)', 'linspace(0, 1) must give 1 to 1000 numbers.'],
  ['linspace(0,1,2.5)', 'linspace(0, 1, 2.5) must give 1 to 1000 numbers.'],
  ['logspace(0,1,3)', 'logspace(0, 1, 3) must give 1 to 1000 numbers.'],
  ['range(a,b)', 'range(NaN, NaN) must give 1 to 1000 numbers.'],
  ['[1,2', '"[1,2" is not JSON: expected a comma or "]", received the end.'],
  [
    "{'name':1}",
    `"{'name':1}" is not JSON: expected "}" or a key in double quotation marks, received "'name'".`,
  ],
])('%j is told as wrong', (text, message) => {
  expect(parseValues(text)).toMatchObject({ message });
});

test('Each value that JSON can hold comes back from its text', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), (values) => {
      const same = JSON.parse(JSON.stringify(values));
      expect(parseValues(values.map(renderValue).join(','))).toEqual(same);
    }),
  );
});
