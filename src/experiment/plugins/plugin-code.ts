import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../user-error.js';

/** A piece of a plug-in's code that runs. */
interface PluginCall {
  /** As it was given. */
  readonly file: string;
  readonly what: 'import' | 'use';
}

/** The innermost last. */
const running: PluginCall[] = [];

/** The addresses of all plug-ins that were begun to load, with their files as they were given. */
const loaded = new Map<string, string>();

/** Runs a piece of a plug-in's code. What it prints goes to stderr: stdout is for the command's result. */
export function runPluginCode<Result>(call: PluginCall, code: () => Result): Result {
  loaded.set(pathToFileURL(resolve(call.file)).href, call.file);
  const { write } = process.stdout;
  process.stdout.write = process.stderr.write.bind(process.stderr);
  running.push(call);
  const leave = () => {
    process.stdout.write = write;
    running.pop();
  };
  let result: Result;
  try {
    result = code();
  } catch (error) {
    leave();
    throw error;
  }
  if (result instanceof Promise) return result.finally(leave) as Result;
  leave();
  return result;
}

/** Returns the plug-ins of this process, as they were given. */
export function listLoadedPlugins(): string[] {
  return [...loaded.values()];
}

/** Returns the user's error for one that was thrown by a plug-in's code, as its stack tells; nothing for others. */
export function toPluginError(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  const place = findPlace(error);
  if (place === undefined) return undefined;
  return new UserError(`${place}: the plug-in throws ${error.name}: ${error.message}`, {
    hint: 'mend the plug-in, or leave it out.',
    cause: error,
  });
}

/** What a plug-in has done to the process. */
export interface PluginEnd {
  readonly error: UserError;
  /** Whether it happened while the plug-in was loaded. */
  readonly isLoading: boolean;
}

/**
 * Returns the error for a plug-in that ends the process; nothing where none does. Made for a listener to "exit", which
 * `process.exit` calls from within the plug-in.
 * @param exitCode what the process is about to end with
 */
export function findPluginEnd(exitCode: number): PluginEnd | undefined {
  const call = running.at(-1);
  const here = new Error('The process ends.');
  const place = findPlace(here) ?? call?.file;
  if (place === undefined) return undefined;
  // Else the process ends because nothing is left that could settle what the plug-in awaits.
  const deed = here.stack?.includes('process.exit')
    ? `ends the program with process.exit(${exitCode})`
    : 'awaits something that never comes';
  const isLoading = call?.what === 'import';
  const error = new UserError(`${place}: the plug-in ${deed}.`, {
    hint: 'a plug-in exports stages and models, as in docs/plugins.md; an error is thrown.',
  });
  return { error, isLoading };
}

/** Returns "plug-in.mjs:12", the innermost place of a plug-in in the stack of an error, or nothing. */
export function findPlace(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const line of stack.split('\n')) {
    for (const [url, file] of loaded) {
      const [, after] = line.split(url);
      if (after !== undefined) return `${file}${/^:\d+/.exec(after)?.[0] ?? ''}`;
    }
  }
  return undefined;
}
