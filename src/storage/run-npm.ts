import { spawn } from 'node:child_process';
import { type ExitCode, UserError } from '../user-error.js';
import { toStorageError } from './storage-error.js';

export interface NpmRun {
  /** What npm is asked for, such as `pack` and its specifier, as an error names it. */
  readonly task: readonly [command: string, specifier: string];
  readonly options: readonly string[];
  /** Where npm writes. */
  readonly folder: string;
  /** Of the error, where npm fails for another reason than its folder. */
  readonly exitCode: ExitCode;
}

/** npm's own pauses, 10 s and 60 s, are made for a busy registry, not for a machine without a network. */
const usualOptions = [
  '--loglevel=error',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=5000',
];

/**
 * Runs the user's npm, which knows the user's registry, proxy and certificates.
 * @throws UserError if there is no npm or it fails.
 */
export async function runNpm(run: NpmRun): Promise<void> {
  const { task, options, folder } = run;
  const { exitCode, stderr } = await spawnNpm([...task, ...options, ...usualOptions], run);
  if (exitCode === 0) return;
  const errors = errorLines(stderr);
  const code = /^code (\S+)/.exec(errors[0] ?? '')?.[1];
  const storage = toStorageError(Object.assign(new Error(errors.join(' ')), { code }), folder);
  const message = `"npm ${task.join(' ')}" failed: ${summary(errors, exitCode)}.`;
  throw storage ?? new UserError(message, { exitCode: run.exitCode });
}

interface NpmResult {
  readonly exitCode: number | null;
  readonly stderr: string;
}

function spawnNpm(npmArguments: readonly string[], run: NpmRun): Promise<NpmResult> {
  // npm is a batch file on Windows, and only a shell runs those; none of the arguments comes from outside.
  const onWindows = process.platform === 'win32';
  const quoted = onWindows ? npmArguments.map((argument) => `"${argument}"`) : npmArguments;
  return new Promise((resolve, reject) => {
    const npm = spawn('npm', quoted, { stdio: ['ignore', 'ignore', 'pipe'], shell: onWindows });
    let stderr = '';
    npm.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-10_000);
    });
    npm.on('error', (cause: NodeJS.ErrnoException) => {
      const { exitCode } = run;
      reject(new UserError(`npm cannot be run (${cause.code}).`, { cause, exitCode }));
    });
    npm.on('close', (exitCode) => resolve({ exitCode, stderr }));
  });
}

/** Returns what npm says after "npm error" (from version 10 on) or "npm ERR!". */
function errorLines(stderr: string): string[] {
  return [...stderr.matchAll(/^npm (?:error|ERR!) (.+)$/gm)].map((match) =>
    (match[1] ?? '').trim(),
  );
}

function summary(errors: readonly string[], exitCode: number | null): string {
  const said = errors
    .filter((line) => !/^(syscall|errno|A complete log)|\.log$/.test(line))
    .slice(0, 2);
  return said.length > 0 ? said.join(', ').replace(/\.$/, '') : `exit code ${exitCode}`;
}
