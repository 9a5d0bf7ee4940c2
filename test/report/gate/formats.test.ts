import { parse } from 'node-html-parser';
import { expect, test } from 'vitest';
import { renderGateCsv } from '../../../src/report/gate/csv.js';
import { renderGithub } from '../../../src/report/gate/github.js';
import { renderGateJson } from '../../../src/report/gate/json.js';
import { renderJunit } from '../../../src/report/gate/junit.js';
import { parseCsv } from '../export/parse-csv.js';
import { hostileName, mixedReport, named, reportOf } from './reports.js';

const hostile = () => {
  const trials = named(hostileName, [0.7, 0.71]);
  return reportOf(trials, named(`${hostileName}2`, [0.2, 0.21]));
};

test('the JSON holds the whole report', () => {
  const report = mixedReport();
  expect(JSON.parse(renderGateJson(report))).toEqual(JSON.parse(JSON.stringify(report)));
  expect(JSON.parse(renderGateJson(report))).toMatchObject({
    format: 'prep-lab comparison',
    version: 1,
    passes: false,
    rules: { threshold: 0.01, alpha: 0.05, correction: 'holm', allow: [], isStrict: false },
    comparisons: [{ base: 'base', head: 'head', passes: false }],
  });
});

test('the CSV has a line an experiment', () => {
  const records = parseCsv(renderGateCsv(mixedReport()));
  expect(records.map(({ experiment, verdict, passes }) => [experiment, verdict, passes])).toEqual([
    ['worse', 'worse', 'false'],
    ['same', 'no difference', 'false'],
    ['lost', 'not comparable', 'false'],
  ]);
  expect(records[0]).toMatchObject({ method: 'paired t test', count: '4', unit: 'seeds' });
  expect(Number(records[0]?.difference)).toBeCloseTo(-0.1775, 9);
  expect(records[2]).toMatchObject({ difference: '', remarks: expect.stringContaining('Seed 0') });
});

test('a hostile name is a cell of text in the CSV', () => {
  const records = parseCsv(renderGateCsv(hostile()));
  expect(records).toHaveLength(2);
  for (const { experiment } of records) expect(experiment).toMatch(/^'=cmd\|\?\[31m<img /);
});

test('a workflow gets the outcome first and an error for each experiment that fails', () => {
  expect(renderGithub(mixedReport()).split('\n')).toEqual([
    '::error title=prep-lab compare::head against base. Fails: 3 of 3 experiments.',
    '::error title=prep-lab%3A worse%3A worse%2C fails::69.0 ± 0.8 %25 to 51.2 ± 1.0 %25: -17.75 points (-18.55 to -16.95; 4 seeds).',
    '::error title=prep-lab%3A same%3A no difference%2C fails::69.0 ± 0.8 %25 to 69.0 ± 0.8 %25: 0.00 points (identical; 4 seeds). testAccuracy >= 0.7: 0.69, fails.',
    '::error title=prep-lab%3A lost%3A not comparable%2C fails::Seed 0 is missing in head. (--allow seeds)',
    '',
  ]);
});

test('a hostile name cannot give a workflow commands', () => {
  const lines = renderGithub(hostile()).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^::error title=[^:,]*::/);
  expect(lines.join('')).not.toContain('%0A');
});

test('what passes is a notice', () => {
  const same = named('same', [0.7, 0.71]);
  expect(renderGithub(reportOf(same, same))).toBe(
    '::notice title=prep-lab compare::head against base. Passes: 1 experiment.\n',
  );
});

test('JUnit counts what is worse as failures and what cannot be compared as errors', () => {
  const text = renderJunit(mixedReport());
  expect(text).toContain('<testsuite name="head against base" tests="3" failures="2" errors="1">');
  const cases = parse(text).querySelectorAll('testcase');
  expect(cases.map((each) => each.getAttribute('name'))).toEqual(['worse', 'same', 'lost']);
  expect(cases.map((each) => each.firstElementChild?.tagName)).toEqual([
    'FAILURE',
    'FAILURE',
    'ERROR',
  ]);
});

test('nothing to compare is an error in JUnit too', () => {
  const text = renderJunit(reportOf([], []));
  expect(text).toContain('tests="1" failures="0" errors="1"');
  expect(text).toContain('<error message="Fails. Nothing could be compared.">');
});

test('a hostile name is an attribute’s text in JUnit', () => {
  const text = renderJunit(hostile());
  const names = parse(text)
    .querySelectorAll('testcase')
    .map((each) => each.getAttribute('name'));
  expect(names).toHaveLength(3);
  expect(names[1]).toMatch(/^=cmd\|\?\[31m<img src=x/);
  expect(text).not.toMatch(/<img|<!--|\p{Cf}/u);
  expect(text).not.toContain('\u001b');
});
