import { spawn } from 'node:child_process';

/** A program with its arguments, run without a shell. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** The program is ended after it. */
  readonly limitSeconds?: number;
}

export interface CommandResult {
  /** From the start of the process to its end. */
  readonly seconds: number;
  readonly stdout: string;
}

/** Longer than any side needs, for one that hangs. */
const longestSeconds = 900;

/**
 * Runs a program to its end.
 * @throws Error with the last line of its stderr if it cannot be started, fails or takes too long.
 */
export function runCommand(command: Command, options: CommandOptions = {}): Promise<CommandResult> {
  const limitSeconds = options.limitSeconds ?? longestSeconds;
  const started = performance.now();
  const child = spawn(command.program, command.arguments, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment, PREP_LAB_BENCH_STARTED: String(Date.now()) },
    // Not `timeout`: its timer would outlive a program that could not be started.
    signal: AbortSignal.timeout(limitSeconds * 1000),
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    output.stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    output.stderr += piece;
  });
  const stopChild = () => child.kill('SIGKILL');
  process.once('exit', stopChild);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      const hung = error.name === 'AbortError';
      reject(
        new Error(hung ? `took over ${limitSeconds} s` : `cannot be started: ${error.message}`),
      );
    });
    child.on('close', (exitCode, signal) => {
      process.off('exit', stopChild);
      const seconds = (performance.now() - started) / 1000;
      if (exitCode === 0) resolve({ seconds, stdout: output.stdout });
      else reject(new Error(lastLine(output.stderr) || `ended with ${signal ?? exitCode}`));
    });
  });
}

/** Programs end their complaints with the point; stack traces of Node do not. */
function lastLine(stderr: string): string {
  const lines = stderr.trim().split('\n');
  const thrown = lines.find((line) => /^\w*Error\b.*: /.test(line));
  return (thrown ?? lines.at(-1) ?? '').trim();
}
