import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n');
const pages = tracked.filter((file) => /^(README|docs\/.*)\.md$/.test(file));

/** What npm would pack, README and licence included. Scripts do not run. */
const packed: ReadonlySet<string> = new Set(
  (
    JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as { files: { path: string }[] }[]
  ).flatMap(({ files }) => files.map(({ path }) => path)),
);

interface Link {
  readonly page: string;
  readonly path: string;
  readonly anchor?: string;
}

/** Returns the links of a page to files beside it; links within code are none. */
function listLinks(page: string): Link[] {
  const text = readText(page).replace(/^```[\s\S]*?^```/gm, '');
  const found = text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g);
  return [...found]
    .map(([, markdown, html]) => markdown ?? html ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      return { page, path: file, ...(anchor !== undefined && { anchor }) };
    });
}

function readText(page: string): string {
  return readFileSync(page, 'utf8');
}

/** The anchors that GitHub gives to a page's headings. */
function listAnchors(page: string): string[] {
  return [...readText(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const links = pages.flatMap(listLinks);

test('every relative link of README and docs leads to a file in git', () => {
  const isTracked = ({ path }: Link) =>
    tracked.some((file) => file === path || file.startsWith(`${path}/`));
  expect(links.filter((link) => !isTracked(link))).toEqual([]);
  expect(links.length).toBeGreaterThan(100);
});

test('every relative link of README and docs leads to a file of the npm package', () => {
  const isPacked = ({ path }: Link) =>
    [...packed].some((file) => file === path || file.startsWith(`${path}/`));
  expect(links.filter((link) => !isPacked(link))).toEqual([]);
});

test('every anchor is a heading of its page', () => {
  const missing = links.filter(
    ({ path, anchor }) => anchor !== undefined && !listAnchors(path).includes(anchor),
  );
  expect(missing).toEqual([]);
});

test('docs/README.md links every page of docs', () => {
  const linked = new Set(listLinks('docs/README.md').map(({ path }) => path));
  const others = pages.filter((page) => page !== 'docs/README.md' && page !== 'README.md');
  expect(others.filter((page) => !linked.has(page))).toEqual([]);
  expect(listLinks('README.md').map(({ path }) => path)).toContain('docs/README.md');
});
