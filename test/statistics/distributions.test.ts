import { expect, test } from 'vitest';
import { golden } from './golden.js';

type Distribution = (...given: number[]) => number;

const source = await load('../../src/statistics/distributions.js');
/** As "npm run build" put its packages into one file. */
const built = await load('../../dist/statistics/distributions.js');

async function load(path: string): Promise<Readonly<Record<string, Distribution>>> {
  return { ...(await import(new URL(path, import.meta.url).href)) };
}

test.each(Object.entries(source))(
  '%s agrees with SciPy to 1e-8 of its value, far into the tails',
  (name, compute) => {
    const cases = golden.tails[name] ?? [];
    expect(cases.length).toBeGreaterThanOrEqual(9);
    for (const each of cases) {
      const [given, expected = Number.NaN] = [each.slice(0, -1), each.at(-1)];
      const received = compute(...given);
      const error = Math.abs(received - expected) / Math.abs(expected || 1);
      expect(error, `${name}(${given.join(', ')}) = ${received}`).toBeLessThan(1e-8);
      expect(built[name]?.(...given)).toBe(received);
    }
  },
);
