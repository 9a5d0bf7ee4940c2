/**
 * Renders docs/api.md: every export of the package with its types and comments, from the declaration files of the build.
 * API Extractor reads them, with a TypeScript of its own: TypeScript 7 has no programming interface that TypeDoc could use.
 * `node build/api-page.mjs` writes the page after a build; test/build/api-page.test.ts tells when it is out of date.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

/** By the room that an export comes from, in the order of the page. */
const sections = {
  experiment: 'Experiments',
  datasets: 'Data sets',
  corruptions: 'Corruptions',
  runner: 'Training',
  results: 'Results',
  report: 'Tables and the report',
  analysis: 'Findings, comparisons and thresholds',
  statistics: 'Statistics',
  training: 'Progress of a training',
  stages: 'Stages',
  models: 'Models',
  graph: 'The graph: also `prep-lab/graph`',
  engine: 'The engine',
  '': 'Errors and progress',
};

const introduction = `# API

Every export of \`prep-lab\` with its types, made from them. What goes wrong by what was given is a [UserError](#usererror);
any other error is a bug. \`z\`, exported too, is [zod](https://zod.dev). Types that mention zod's \`z.output\` or \`z.infer\` are
what an editor shows on hovering; the keys of experiments and of results are in [experiment-files.md](experiment-files.md)
and [results.schema.json](results.schema.json).
`;

/** Returns the page, and the names of types that the exports mention and that are not exported. */
export function renderApiPage() {
  const { exported, hidden } = extractApi();
  const parts = Object.entries(sections).map(([room, title]) => {
    const items = exported.filter((item) => roomOf(item) === room);
    const [types, values] = [items.filter(isType), items.filter((item) => !isType(item))];
    return items.length > 0 ? `## ${title}\n\n${renderItems([...values, ...types])}` : '';
  });
  const unplaced = exported.filter((item) => !(roomOf(item) in sections));
  if (unplaced.length > 0) throw new Error(`No section has "${roomOf(unplaced[0])}".`);
  return { page: [introduction, ...parts.filter((part) => part !== '')].join('\n'), hidden };
}

function extractApi() {
  const folder = mkdtempSync(join(tmpdir(), 'prep-lab-api-'));
  const hidden = [];
  try {
    const file = join(folder, 'api.json');
    const result = Extractor.invoke(createConfig(file), {
      localBuild: true,
      messageCallback(message) {
        message.handled = message.category !== 'Compiler';
        if (message.messageId === 'ae-forgotten-export') {
          hidden.push(/"(.*?)"/.exec(message.text)[1]);
        }
      },
    });
    if (!result.succeeded) throw new Error('API Extractor cannot read the declaration files.');
    const [entry] = JSON.parse(readFileSync(file, 'utf8')).members;
    return { exported: entry.members, hidden: hidden.sort() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function createConfig(apiJsonFilePath) {
  const projectFolder = resolve('.');
  const entry = resolve('dist/index.d.ts');
  const { extends: _, ...base } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  const silent = { default: { logLevel: 'none' } };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve('package.json'),
    configObject: {
      projectFolder,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: { compilerOptions: base.compilerOptions, files: [entry] },
      },
      apiReport: { enabled: false },
      docModel: { enabled: true, apiJsonFilePath },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
  });
}

function isType({ kind }) {
  return kind === 'Interface' || kind === 'TypeAlias';
}

function roomOf({ fileUrlPath }) {
  return /^dist\/(\w+)\//.exec(fileUrlPath)?.[1] ?? '';
}

/** Overloads of a function stand under one heading. */
function renderItems(items) {
  const names = [...new Set(items.map(({ name }) => name))];
  return names
    .map((name) => {
      const same = items.filter((item) => item.name === name);
      const code = same.map(renderDeclaration).join('\n');
      return [`### ${name}\n`, ...same.map(renderComment), `\`\`\`ts\n${code}\n\`\`\`\n`]
        .filter((part) => part !== '')
        .join('\n');
    })
    .join('\n');
}

function renderDeclaration(item) {
  const text = textOf(item).replace(/^export (declare )?/, '');
  if (item.kind === 'Variable') return `const ${text};`;
  if (item.kind !== 'Interface' && item.kind !== 'Class') return text;
  const members = item.members.map((member) => indent(`${commentIn(member)}${textOf(member)}`));
  return `${text.trimEnd()} {\n${members.join('\n')}\n}`;
}

/** API Extractor keeps the source's indentation, which is four spaces a level in declaration files. */
function textOf({ excerptTokens, kind }) {
  const depth = /^(Property|Method|Constructor|CallSignature)/.test(kind) ? 4 : 0;
  return excerptTokens
    .map(({ text }) => text)
    .join('')
    .replace(/\n( +)/g, (_, spaces) => `\n${' '.repeat((spaces.length - depth) / 2)}`);
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '  ');
}

function commentIn(member) {
  const lines = plainComment(member).split('\n');
  if (lines[0] === '') return '';
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

function renderComment(item) {
  const text = plainComment(item)
    .replace(/\n\n(?=@param)/g, '\n')
    .replace(/\n*^@param (\w+) - /m, '\n\n- `$1`: ')
    .replace(/^@param (\w+) - /gm, '- `$1`: ')
    .replace(/^@throws\s+/gm, 'Throws ')
    .replace(/^@returns /gm, 'Returns ');
  return text === '' ? '' : `${text}\n`;
}

/** Without stars, and without the escapes that API Extractor puts in. */
function plainComment({ docComment }) {
  return docComment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .replace(/^ \* ?/gm, '')
    .replace(/\{@link ([\w.]+)\}/g, '`$1`')
    .replace(/\\([^\w\s])/g, '$1')
    .trim();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync('docs/api.md', renderApiPage().page);
}
