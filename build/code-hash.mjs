/**
 * Hashes the code that makes a trial's numbers, for the trial's key: what is computed counts, not where it stands and
 * not what people read. Comments, types, layout, file names and the texts of errors, descriptions and formulas are left
 * out; of imports only the names count. A stage or model has a hash of its own, so that a change in one leaves the trials
 * without it as they are. `npm run build` writes them to dist/code-hash.json.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync, transformSync } from '@swc/core';

/** Where a training begins: what these import, and what that imports, is hashed. */
const roots = ['runner/prepare-trial.ts', 'training/train.ts', 'engine/start.ts'];

/** What computes. Imports of anything else (installing, reading files, printing) are not followed. */
const computing =
  /^(graph|models|stages|training)\/|^cifar10\/(cifar10|dataset|records)\.ts$|^datasets\/labelled-images\.ts$/;

/** Lists of what can be used: only what a trial does use enters its key. */
const lists = ['models/list.ts', 'stages/list.ts'];

/** Calls and keys with texts for people. */
const textCalls = new Set(['describe', 'meta']);
const textKeys = new Set(['description', 'error', 'formula', 'hint', 'message']);

/** Returns the hashes of all code under a folder, `src`. */
export function hashCodeUnder(folder) {
  const cache = new Map();
  const read = (file) => {
    if (!cache.has(file)) cache.set(file, normaliseCode(readFileSync(join(folder, file), 'utf8')));
    return cache.get(file);
  };
  const hash = (files) => hashFiles(files, read);
  const named = (room) =>
    Object.fromEntries(
      readdirSync(join(folder, room))
        .filter((name) => name.endsWith('.ts') && name !== 'list.ts')
        .map((name) => [basename(name, '.ts'), hash([`${room}/${name}`])]),
    );
  return { core: hash(roots), stages: named('stages'), models: named('models') };
}

function hashFiles(files, read) {
  const found = new Set(files);
  for (const file of found) {
    for (const specifier of read(file).imports) {
      const imported = normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts');
      if (computing.test(imported) && !lists.includes(imported)) found.add(imported);
    }
  }
  const texts = [...found].map((file) => read(file).code).sort();
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

/** Returns what a TypeScript file computes, as text, and the relative files that it imports for it. */
export function normaliseCode(text) {
  const { code } = transformSync(text, {
    jsc: {
      parser: { syntax: 'typescript' },
      target: 'es2022',
      transform: { verbatimModuleSyntax: true },
    },
  });
  const imports = [];
  const reduce = (node) => {
    if (Array.isArray(node)) return node.map(reduce);
    if (node === null || typeof node !== 'object') return node;
    if (isText(node)) return node.type;
    if (isTextCall(node)) return reduce(node.callee.object);
    if ('start' in node && 'end' in node) return 'place';
    const { span, ctxt, ...parts } = node;
    if (isRelativeImport(node)) {
      imports.push(node.source.value);
      parts.source = null;
    }
    return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, reduce(part)]));
  };
  const { body } = parseSync(code, { syntax: 'ecmascript', target: 'es2022' });
  return { code: JSON.stringify(reduce(body)), imports };
}

/** An error, or a key of an object whose value is a text. */
function isText({ type, callee, key }) {
  if (type === 'NewExpression') return /Error$/.test(callee.value ?? '');
  return type === 'KeyValueProperty' && textKeys.has(key.value);
}

/** `schema.describe('...')` is the schema. */
function isTextCall({ type, callee }) {
  return type === 'CallExpression' && textCalls.has(callee.property?.value);
}

function isRelativeImport({ type, source }) {
  return /^(Import|Export\w*)Declaration$/.test(type) && source?.value.startsWith('.');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const hashes = hashCodeUnder('src');
  writeFileSync('dist/code-hash.json', `${JSON.stringify(hashes, null, 2)}\n`);
}
