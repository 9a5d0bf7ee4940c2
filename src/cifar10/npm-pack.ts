import { spawn } from 'node:child_process';
import { toStorageError } from '../storage/storage-error.js';
import { exitCodes, UserError } from '../user-error.js';

/**
 * Fetches a package's tarball into a folder with the user's npm, which knows the user's registry, proxy and
 * certificates. Not a dependency of ours: only those who need it have to fetch it.
 * @throws UserError if there is no npm or it fails.
 */
export async function packFromNpm(specifier: string, folder: string): Promise<void> {
  const { exitCode, stderr } = await runNpm([
    'pack',
    specifier,
    '--ignore-scripts',
    `--pack-destination=${folder}`,
    '--loglevel=error',
    // npm's own pauses, 10 s and 60 s, are made for a busy registry, not for a machine without a network.
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]);
  if (exitCode === 0) return;
  const errors = errorLines(stderr);
  const code = /^code (\S+)/.exec(errors[0] ?? '')?.[1];
  const storage = toStorageError(Object.assign(new Error(errors.join(' ')), { code }), folder);
  throw storage ?? failed(`"npm pack ${specifier}" failed: ${summary(errors, exitCode)}.`);
}

interface NpmResult {
  readonly exitCode: number | null;
  readonly stderr: string;
}

function runNpm(npmArguments: readonly string[]): Promise<NpmResult> {
  // npm is a batch file on Windows, and only a shell runs those; none of the arguments comes from outside.
  const onWindows = process.platform === 'win32';
  const quoted = onWindows ? npmArguments.map((argument) => `"${argument}"`) : npmArguments;
  return new Promise((resolve, reject) => {
    const npm = spawn('npm', quoted, { stdio: ['ignore', 'ignore', 'pipe'], shell: onWindows });
    let stderr = '';
    npm.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-10_000);
    });
    npm.on('error', (error: NodeJS.ErrnoException) => {
      reject(failed(`npm cannot be run (${error.code}).`, error));
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

function failed(message: string, cause?: unknown): UserError {
  return new UserError(message, { cause, exitCode: exitCodes.data });
}
