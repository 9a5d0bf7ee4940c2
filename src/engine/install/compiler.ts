import { runProgram } from '../../storage/run-program.js';
import { exitCodes, UserError } from '../../user-error.js';

/** A C++ compiler: a program and what `CXX` puts before its arguments. */
export interface Compiler {
  readonly program: string;
  readonly leadingArguments: readonly string[];
  /** The first line of what it says of itself. */
  readonly version: string;
}

const usualNames = ['c++', 'g++', 'clang++'];

/** Returns the compiler that `CXX` names, else the first of the usual ones, or nothing. */
export async function findCompiler(): Promise<Compiler | undefined> {
  for (const name of compilerNames()) {
    const [program = name, ...leadingArguments] = name.split(/\s+/);
    const result = await runProgram(program, [...leadingArguments, '--version']);
    if (result?.exitCode !== 0) continue;
    const [version = program] = result.stdout.split('\n', 1);
    return { program, leadingArguments, version };
  }
  return undefined;
}

/** The same, but an error if there is none. @throws UserError (engine) */
export async function requireCompiler(): Promise<Compiler> {
  const compiler = await findCompiler();
  if (compiler) return compiler;
  const names = compilerNames().map((name) => `"${name}"`);
  throw new UserError(
    `A C++ compiler is needed to build the engine's addon; tried ${names.join(', ')}.`,
    {
      hint: compilerHint,
      exitCode: exitCodes.engine,
    },
  );
}

export const compilerHint =
  'Install one, for example with "apt install g++" or "dnf install gcc-c++", or name yours in the environment variable CXX.';

function compilerNames(): string[] {
  const own = process.env.CXX?.trim();
  return own ? [own] : usualNames;
}
