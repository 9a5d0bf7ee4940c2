import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { listExitCodes } from '#prep-lab/cli/exit-code-table.js';
import {
  renderAugmentationDialects,
  renderAugmentationsTable,
  renderRecordJitter,
} from './augmentations.js';
import { pictureFile } from './first-picture.js';
import { renderLadderTable } from './ladder.js';
import { readStudyCells, renderStudyTable } from './study.js';

const run = promisify(execFile);

/** A part of a page that is made from the program, so that it cannot tell of another one. */
interface Part {
  readonly name: string;
  render(): Promise<string>;
}

/** The pages with such parts. A part stands between two comments with its name. */
export const pages: Readonly<Record<string, readonly Part[]>> = {
  'README.md': [
    { name: 'picture', render: renderPicture },
    {
      name: 'explain',
      render: () => renderConsole('explain experiments/photometric.json --no-measure'),
    },
    { name: 'study', render: renderStudyTable },
  ],
  'docs/augmentations.md': [
    { name: 'augmentations', render: renderAugmentationsTable },
    { name: 'dialects', render: renderAugmentationDialects },
    { name: 'record', render: renderRecordJitter },
  ],
  'docs/ladder.md': [{ name: 'ladder', render: renderLadderTable }],
  'docs/exit-codes.md': [{ name: 'exit-codes', render: async () => renderExitCodes() }],
};

/** Reads a page and makes its parts anew. */
export async function renderPage(page: string): Promise<string> {
  let text = await readFile(page, 'utf8');
  for (const part of pages[page] ?? []) text = replacePart(text, part.name, await part.render());
  return text;
}

function replacePart(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- npm run docs: ${name} -->\n`, `\n<!-- /${name} -->`];
  const [before, rest] = splitOnce(text, begin);
  const [, after] = splitOnce(rest, end);
  return `${before}${begin}${content}${end}${after}`;
}

function splitOnce(text: string, mark: string): [string, string] {
  const parts = text.split(mark);
  if (parts.length !== 2) throw new Error(`The page must have "${mark.trim()}" once.`);
  return parts as [string, string];
}

/** Renders what a command of the built program prints, as one sees it in a terminal. */
async function renderConsole(command: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['dist/bin.js', ...command.split(' ')]);
  return ['```console', `$ npx prep-lab ${command}`, stdout.trimEnd(), '```'].join('\n');
}

async function renderPicture(): Promise<string> {
  const cells = await readStudyCells();
  const accuracy = (name: string) => cells.get(name)?.['test accuracy'];
  const alt = [
    `Seven training images: as they are (minmax, ${accuracy('minmax')} test accuracy),`,
    `black or striped (photometric, ${accuracy('photometric')}),`,
    `a little brighter or darker (photometric-fixed, ${accuracy('photometric-fixed')});`,
    'below them the warning of prep-lab explain.',
  ].join(' ');
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="${pictureFile('dark')}">`,
    `  <img src="${pictureFile('light')}" width="830" alt="${alt}">`,
    '</picture>',
  ].join('\n');
}

function renderExitCodes(): string {
  const rows = listExitCodes().map(({ code, meaning }) => {
    const text = meaning.replace(/--[a-z-]+/g, (option) => `\`${option}\``);
    return `| ${code} | ${text} |`;
  });
  return ['| code | meaning |', '| ---: | --- |', ...rows].join('\n');
}
