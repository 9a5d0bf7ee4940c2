import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { runProgram } from '../../storage/run-program.js';
import { exitCodes, UserError } from '../../user-error.js';
import { type Compiler, compilerHint } from './compiler.js';
import { engineFolder, type Libraries } from './libraries.js';

const require = createRequire(import.meta.url);

/** Node-API 8: one build serves Node 20, 22 and 24. */
export const commonFlags = ['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'];

/** Returns the flags for including TensorFlow's headers and linking some of its libraries. */
export function linkFlags(libraries: Libraries, names: readonly string[]): string[] {
  return [
    `-I${libraries.includeFolder}`,
    `-L${libraries.folder}`,
    ...names.map((name) => `-l:${name}`),
    `-Wl,-rpath,${runPath(libraries)}`,
  ];
}

/** Relative to what is linked, so that the cache folder can be moved; a TensorFlow of the user's own stays where it is. */
export function runPath({ foreign, folder }: Libraries): string {
  return foreign ? folder : `$ORIGIN/../${relative(engineFolder(), folder)}`;
}

/** Compiles a library that Node loads. @throws UserError (engine, storage) if the compiler refuses it. */
export async function compile(
  compiler: Compiler,
  compilerArguments: readonly string[],
): Promise<void> {
  const { include_dir: nodeHeaders } = require('node-api-headers') as { include_dir: string };
  const all = [
    ...compiler.leadingArguments,
    `-I${nodeHeaders}`,
    ...commonFlags,
    ...compilerArguments,
  ];
  const result = await runProgram(compiler.program, all);
  if (result?.exitCode === 0) return;
  const complaint = result?.stderr ?? '';
  if (complaint.includes('No space left on device')) {
    throw new UserError(
      `"${compiler.program}" cannot write the addon: the disk is full (ENOSPC).`,
      {
        hint: 'Free some space on the disks of the cache folder and of the temporary folder, and run the command again.',
        exitCode: exitCodes.storage,
      },
    );
  }
  throw new UserError(
    `"${compiler.program}" cannot compile the engine's addon: ${firstError(complaint)}`,
    { hint: `A compiler with C++17 is needed. ${compilerHint}`, exitCode: exitCodes.engine },
  );
}

/** Returns the first error that a compiler or linker reports: the rest follow from it. */
function firstError(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.find((line) => /error|cannot|undefined/i.test(line))?.trim() ??
    lines[0] ??
    'no reason given.'
  );
}
