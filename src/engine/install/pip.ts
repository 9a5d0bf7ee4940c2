import { lastLine, runProgram } from './program.js';

/** A pip that can fetch wheels for a Python that it does not run on. */
export interface Pip {
  readonly version: string;
  readonly program: string;
  readonly leadingArguments: readonly string[];
}

const candidates: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];

/** pip 21.2 is the first that takes several platforms at once. */
const oldestVersion = [21, 2] as const;

/** Returns the first pip that is new enough, or nothing. */
export async function findPip(): Promise<Pip | undefined> {
  for (const [program, ...leadingArguments] of candidates) {
    const result = await runProgram(program, [...leadingArguments, '--version']);
    const found = /^pip (\d+)\.(\d+)\S*/.exec(result?.exitCode === 0 ? result.stdout : '');
    if (!found) continue;
    const [major, minor] = [Number(found[1]), Number(found[2])];
    const newEnough =
      major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1]);
    if (newEnough) return { version: found[0].slice('pip '.length), program, leadingArguments };
  }
  return undefined;
}

/** Returns what pip complained about, without its notices. */
export function pipComplaint(stderr: string): string {
  const errors = stderr.split('\n').filter((line) => line.startsWith('ERROR: '));
  return (errors.at(-1)?.slice('ERROR: '.length) ?? lastLine(stderr)).trim() || 'no reason given';
}
