import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** `import ... from './x.mjs'`, `export ... from './x.mjs'`, `import './x.mjs'` and `import('./x.mjs')`. */
const relativeImport = /\b(?:from|import)\s*\(?\s*(['"])(\.{1,2}\/[^'"\n]+)\1/g;

/**
 * Returns the SHA-256 of a plug-in together with the files that it imports by a relative path, and theirs, in hex.
 * Packages that it imports are not looked at.
 */
export function hashPlugin(file: string): string {
  const hash = createHash('sha256');
  for (const source of collectSources(file, new Map()).values()) {
    // Each by itself first: else two files could share out their text otherwise.
    hash.update(createHash('sha256').update(source).digest());
  }
  return hash.digest('hex');
}

function collectSources(file: string, found: Map<string, string>): Map<string, string> {
  // A comment may name a file that is not there.
  if (found.has(file) || !statSync(file, { throwIfNoEntry: false })?.isFile()) return found;
  const source = readFileSync(file, 'utf8');
  found.set(file, source);
  for (const [, , imported = ''] of source.matchAll(relativeImport)) {
    collectSources(resolve(dirname(file), imported), found);
  }
  return found;
}
