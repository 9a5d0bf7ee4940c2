import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../progress.js';
import { compile, linkFlags, runPath } from './compile.js';
import type { Compiler } from './compiler.js';
import { engineFolder, frameworkLibrary, isFile, type Libraries } from './libraries.js';
import { placeFolder } from './place-folder.js';

/** The same from src/ and from dist/. */
const sourceFolder = fileURLToPath(new URL('../../../src/engine/native/kernels', import.meta.url));

/** Loops become vectors only where the compiler need not think of errno and traps. */
const flags = ['-O3', '-fno-math-errno', '-fno-trapping-math', '-pthread'];

/**
 * prep-lab's own addon beside a TensorFlow: kernels for the CPU, and what tells the outputs of ops. `unfit`: it is written for an
 * interface that a TensorFlow of the user's own may have changed.
 */
export type OwnKernels =
  | { readonly state: 'compiled'; readonly path: string }
  | { readonly state: 'missing' | 'unfit' };

/** Finds the kernels for libraries. */
export async function findOwnKernels(libraries: Libraries): Promise<OwnKernels> {
  if (libraries.foreign) return { state: 'unfit' };
  const path = kernelsIn(kernelsFolder(libraries));
  return (await isFile(path)) ? { state: 'compiled', path } : { state: 'missing' };
}

/** Compiles the kernels and places them beside the libraries, about 10 s. @throws UserError (engine, storage) */
export async function installOwnKernels(
  libraries: Libraries,
  { compiler, progress }: { readonly compiler: Compiler; readonly progress: Progress },
): Promise<void> {
  progress.note(`Compiling the engine's kernels with ${compiler.program} (about 10 s)`);
  await placeFolder(kernelsFolder(libraries), async (folder) => {
    const sources = listSources().filter((file) => file.endsWith('.cc'));
    await compile(compiler, [
      ...flags,
      ...sources.map((file) => join(sourceFolder, file)),
      ...linkFlags(libraries, [libraries.mainLibrary, frameworkLibrary]),
      '-o',
      kernelsIn(folder),
    ]);
  });
}

/** Returns what tells these kernels from those of another release: the start of a SHA-256 of their sources. */
export function identifyOwnKernels(): string {
  const hash = createHash('sha256').update(JSON.stringify(flags));
  for (const file of listSources())
    hash.update(file).update(readFileSync(join(sourceFolder, file)));
  return hash.digest('hex').slice(0, 12);
}

function listSources(): string[] {
  return readdirSync(sourceFolder).sort();
}

function kernelsFolder(libraries: Libraries): string {
  const parts = [identifyOwnKernels(), libraries.identity, runPath(libraries), process.arch];
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return join(engineFolder(), `kernels-${hash.slice(0, 12)}`);
}

function kernelsIn(folder: string): string {
  return join(folder, 'kernels.node');
}
