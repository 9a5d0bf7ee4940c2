import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
// The build without WebAssembly, whose memory takes 10 GB of address space.
import { init, parse } from 'es-module-lexer/js';
import { UserError } from '../../user-error.js';

/**
 * Returns the SHA-256 of a plug-in together with the files that it imports by a path, and theirs, in hex. Packages that
 * it imports are not looked at, nor what a program only names at run time: `import(name)`.
 * @throws UserError if the imports of a file cannot be read.
 */
export async function hashPlugin(file: string): Promise<string> {
  await init();
  const hash = createHash('sha256');
  for (const source of collectSources(file, new Map()).values()) {
    // Each by itself first: else two files could share out their text otherwise.
    hash.update(createHash('sha256').update(source).digest());
  }
  return hash.digest('hex');
}

function collectSources(path: string, found: Map<string, string>): Map<string, string> {
  // What is imported only at times need not be there.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return found;
  // As Node does: what a file imports lies beside the file itself, not beside a link to it.
  const file = realpathSync(path);
  if (found.has(file)) return found;
  const source = readFileSync(file, 'utf8');
  found.set(file, source);
  for (const imported of listImportedFiles(file, source)) collectSources(imported, found);
  return found;
}

/** Modules that are not programs, and import nothing. */
const others = /\.(?:json|node|wasm)$/;

function listImportedFiles(file: string, source: string): string[] {
  if (others.test(file)) return [];
  try {
    return parse(source, file)[0]
      .flatMap(({ specifier }) => specifier ?? [])
      .filter((specifier) => /^(\.{0,2}\/|file:)/.test(specifier))
      .map((specifier) => fileURLToPath(new URL(specifier, pathToFileURL(file))));
  } catch (error) {
    throw new UserError(`${file}: the imports of this file cannot be read.`, {
      hint: `check its syntax: node --check ${file}`,
      cause: error,
    });
  }
}
