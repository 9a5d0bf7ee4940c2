import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `src` or `dist`, wherever this module runs from. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const extension = extname(fileURLToPath(import.meta.url));

/** All that computes. What installs TensorFlow is told by its version; kernels in C++ are among a trial's conditions. */
const folders = ['engine', 'models', 'stages', 'training'];
const leftOut = ['engine/install', 'engine/native'];

/** What else decides which images and weights a trial starts from. */
const singleFiles = [
  'cifar10/records',
  'cifar10/subset',
  'runner/prepare-trial',
  'runner/trial-data',
];

/** Packages whose code runs within a trial. */
const packages = ['@tensorflow/tfjs-node-gpu', 'ml-matrix', 'pure-rand'];

let known: string | undefined;

/** Returns the SHA-256 of the code that makes a trial's numbers, in hex; read once, about 10 ms. */
export function hashCode(): string {
  known ??= computeHash();
  return known;
}

/** Returns the files that {@link hashCode} covers, relative to `src` or `dist`. */
export function listCode(): string[] {
  const inFolders = folders.flatMap((folder) => listFolder(folder));
  return [...inFolders, ...singleFiles.map((file) => `${file}${extension}`)].sort();
}

function computeHash(): string {
  const hash = createHash('sha256');
  for (const file of listCode()) {
    const text = readFileSync(join(root, file));
    hash.update(`${file}\n${text.length}\n`).update(text);
  }
  return hash.update(JSON.stringify(readPackageVersions())).digest('hex');
}

function listFolder(folder: string): string[] {
  if (leftOut.includes(folder)) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listFolder(path);
    return path.endsWith(extension) && !path.endsWith('.d.ts') ? [path] : [];
  });
}

/** prep-lab names exact versions of its packages. */
function readPackageVersions(): (string | undefined)[] {
  const text = readFileSync(join(root, '..', 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(text) as { readonly dependencies: Record<string, string> };
  return packages.map((name) => dependencies[name]);
}
