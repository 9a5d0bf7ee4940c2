import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readStudyCells } from '../../build/docs/study.js';
import { oldestNodes } from '../../src/cli/examine.js';
import { createProgram } from '../../src/cli/program.js';
import * as graph from '../../src/graph/index.js';
import * as api from '../../src/index.js';
import { models } from '../../src/models/list.js';
import { columns } from '../../src/report/columns.js';
import { stages } from '../../src/stages/list.js';

const files = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
const pages = files.filter((file) => file.endsWith('.md'));
const read = (page: string) => readFileSync(page, 'utf8');

/** Returns the code of a page, blocks and words. */
function listCode(page: string): string[] {
  const found = read(page).matchAll(/^```\w*\n([\s\S]*?)^```|`([^`\n]+)`/gm);
  return [...found].map(([, block, word]) => block ?? word ?? '');
}

test('every command that README and docs call is there, with its options', () => {
  const { commands } = createProgram();
  const called = pages
    .flatMap(listCode)
    .flatMap((code) => [...code.matchAll(/(?:^|\$ |npx )prep-lab ([a-z]+)([^\n#|]*)/gm)]);
  const unknown = called.flatMap(([text, name, rest = '']) => {
    const command = commands.find((each) => each.name() === name);
    const known = command?.options.map(({ long }) => long) ?? [];
    const written = rest.match(/(?<=\s)--[a-z-]+/g) ?? [];
    return command && written.every((option) => known.includes(option)) ? [] : [text];
  });
  expect(unknown).toEqual([]);
  expect(new Set(called.map(([, name]) => name)).size).toBeGreaterThan(10);
});

test('what the examples import is exported', () => {
  const names = (modules: object) => new Set(Object.keys(modules));
  const exported = new Map([
    ['prep-lab', names(api)],
    ['prep-lab/graph', names(graph)],
  ]);
  const imports = pages.flatMap((page) => [
    ...read(page).matchAll(/import \{([^}]*)\} from '(prep-lab[^']*)'/g),
  ]);
  const unknown = imports.flatMap(([, list = '', from = '']) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter((name) => !exported.get(from)?.has(name)),
  );
  expect(unknown).toEqual([]);
  expect(imports.length).toBeGreaterThan(2);
});

test('docs/install.md, README, package.json and doctor name the same Node', () => {
  const { engines } = JSON.parse(read('package.json'));
  const [first, second] = oldestNodes.map((version) => version.join('.'));
  expect(engines.node).toBe(`^${first}.0 || >=${second}.0`);
  for (const page of ['README.md', 'docs/install.md']) {
    expect(read(page)).toContain(`Node ${first}, ${second} or newer`);
  }
});

test('docs/running.md tells of every column of the table', () => {
  const told = [...read('docs/running.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(told).toEqual(columns.map(({ name }) => name));
});

test('every stage and model has its place in the docs', () => {
  const headings = (page: string) =>
    [...read(page).matchAll(/^## (.*)$/gm)].map(([, name]) => name);
  const documented = headings('docs/stages.md');
  expect(stages.filter(({ name }) => !documented.includes(name))).toEqual([]);
  const text = read('docs/models.md');
  expect(models.filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([]);
});

test('docs/agreement.md has the accuracies of results/study', async () => {
  const cells = await readStudyCells();
  const rows = [
    ...read('docs/agreement.md').matchAll(/^\| ([a-z-]+)[^|]* \| ([\d.]+ ± [\d.]+ %) \|/gm),
  ];
  const told = rows.map(([, name, accuracy]) => [name, accuracy]);
  expect(told).toEqual(told.map(([name = '']) => [name, cells.get(name)?.['test accuracy']]));
  expect(told).toHaveLength(7);
});

test('docs/install.md tells of every environment variable of prep-lab', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const used = sources.flatMap((file) =>
    [...read(`src/${file}`).matchAll(/process\.env\.(PREP_LAB_\w+)/g)].map(([, name]) => name),
  );
  const told = [...read('docs/install.md').matchAll(/^\| `(PREP_LAB_\w+)` \|/gm)];
  expect(new Set(told.map(([, name]) => name))).toEqual(new Set(used));
});
