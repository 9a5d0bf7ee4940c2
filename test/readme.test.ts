import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { oldestNodes } from '../src/cli/examine.js';
import { listExitCodes } from '../src/cli/exit-code-table.js';
import { createProgram } from '../src/cli/program.js';
import * as api from '../src/index.js';
import { models } from '../src/models/list.js';
import { columns } from '../src/report/columns.js';
import { stages } from '../src/stages/list.js';
import { problemsOf } from './experiment/parse.js';

const text = readFileSync('README.md', 'utf8');

function blocks(language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm');
  return [...text.matchAll(pattern)].map(([, block]) => block ?? '');
}

test('the experiment in README is without problems', () => {
  expect(blocks('json').flatMap((json) => problemsOf(JSON.parse(json)))).toEqual([]);
  expect(blocks('json')).toHaveLength(1);
});

test('README names every stage, model, column and exit code', () => {
  const names = [...stages, ...models].map(({ name }) => `\`${name}\``);
  expect(names.filter((name) => !text.includes(name))).toEqual([]);
  expect(text).toContain(
    `\n| ${columns
      .filter(({ optional }) => !optional)
      .map(({ name }) => name)
      .join(' | ')} |\n`,
  );
});

test('README tells the exit codes as the help does', () => {
  const rows = [...text.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, meaning = '']) => ({
    code: Number(code),
    meaning: meaning.replaceAll('`', ''),
  }));
  expect(rows).toEqual(listExitCodes());
});

test('README, package.json and doctor name the same Node', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [first, second] = oldestNodes.map((version) => version.join('.'));
  expect(engines.node).toBe(`^${first}.0 || >=${second}.0`);
  expect(text).toContain(`Node ${first}, ${second} or newer`);
});

test('what README calls, imports and links to is there', () => {
  const commands = createProgram().commands.map((command) => command.name());
  const called = [...text.matchAll(/(?:npx |`)prep-lab ([a-z]+)/g)].map(([, name = '']) => name);
  const unknown = called.filter((name) => !commands.includes(name));
  expect(unknown).toEqual([]);
  expect(new Set(called).size).toBeGreaterThan(5);
  const imported = blocks('js').flatMap((code) =>
    (/import \{(.*)\} from 'prep-lab'/.exec(code)?.[1] ?? '?')
      .split(',')
      .map((name) => name.trim()),
  );
  expect(imported.filter((name) => !(name in api))).toEqual([]);
  const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(path))).toEqual([]);
  expect(links.length).toBeGreaterThan(4);
});
