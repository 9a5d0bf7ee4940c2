import { expect, test } from 'vitest';
import { drawComparison } from '../../../src/report/gate/draw-comparison.js';
import { hostileName, mixedReport, named, reportOf } from './reports.js';

const svg = { format: 'svg', zoom: 1 } as const;

async function drawSvg(report: Parameters<typeof drawComparison>[0]): Promise<string> {
  return String(await drawComparison(report, svg));
}

test('draws each experiment that was compared, those that fail first', async () => {
  const text = await drawSvg(mixedReport());
  expect(/aria-label="([^"]*)"/.exec(text)?.[1]).toBe(
    'Difference from the base. worse -17.75 (-18.55 to -16.95), worse; same 0.00, no difference',
  );
  expect(text.includes('with its 95 % interval; those that fail first.')).toBe(true);
});

test('where nothing was compared there is no figure', async () => {
  const report = reportOf(named('old', [0.7]), named('new', [0.7]));
  expect(await drawComparison(report, svg)).toBe(undefined);
});

test('of many it draws forty and says so', async () => {
  const names = Array.from({ length: 45 }, (_, index) => `e${index}`);
  const trials = names.flatMap((name) => named(name, [0.7, 0.71]));
  const text = await drawSvg(reportOf(trials, trials));
  expect(text.includes('first 40 of 45.')).toBe(true);
  expect(text.match(/e\d+ 0\.00/g)).toHaveLength(40);
});

test('a hostile name is text', async () => {
  const trials = named(hostileName, [0.7, 0.71]);
  const text = await drawSvg(reportOf(trials, trials));
  for (const part of ['<img', '\u001b', '\u202e']) expect(text.includes(part)).toBe(false);
});

test('a PNG is one', async () => {
  const content = await drawComparison(mixedReport(), { format: 'png', zoom: 2 });
  expect([...(content as Uint8Array).slice(1, 4)]).toEqual([...Buffer.from('PNG')]);
});
