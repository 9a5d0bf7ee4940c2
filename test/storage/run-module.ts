import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Returns the address of a built module, for a program text that imports it. */
export function builtModule(path: string): string {
  return pathToFileURL(`dist/${path}`).href;
}

export interface ModuleRun {
  /** The exit code or the signal that ended it. */
  readonly end: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program text as a module in a process of its own, under test/storage/kill-at-call.mjs. */
export function startModule(
  program: string,
  parameters: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
) {
  const watch = fileURLToPath(new URL('kill-at-call.mjs', import.meta.url));
  const options = ['--import', watch, '--input-type=module', '-e', program];
  const child = spawn(process.execPath, [...options, ...parameters], {
    env: { ...process.env, ...environment },
  });
  const run = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    run.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    run.stderr += text;
  });
  const ended = once(child, 'close').then(
    ([code, signal]): ModuleRun => ({ end: code ?? signal, ...run }),
  );
  return { child, ended };
}
