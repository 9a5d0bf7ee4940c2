#!/usr/bin/env node
import { renderError } from './cli/report-error.js';
import { findPluginEnd } from './experiment/plugins/plugin-code.js';
import { asStorageError, surviveFileSizeLimit } from './storage/storage-error.js';
import type { ExitCode } from './user-error.js';

let toldCode: ExitCode | undefined;

/** The one place that prints errors. */
function reportError(error: unknown): void {
  const { text, exitCode } = renderError(error);
  process.stderr.write(text);
  toldCode = exitCode;
  process.exitCode = exitCode;
}

/**
 * A reader that stops early, such as `head`, is no failure; the work goes on, so that results are kept. A terminal that
 * was closed gives EIO: its SIGHUP lets a run checkpoint first.
 */
function ignoreClosed(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code === 'EIO' && this.isTTY) process.once('exit', endAsHungUp);
  else if (error.code !== 'EPIPE') throw asStorageError(error, 'The output');
}

/** Node aborts when it cannot give a closed terminal its settings back; the signal itself ends with 129 too. */
function endAsHungUp(): void {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

surviveFileSizeLimit();
process.stdout.on('error', ignoreClosed);
process.stderr.on('error', ignoreClosed);
process.on('uncaughtException', (error) => {
  reportError(error);
  process.exit();
});
process.on('exit', reportPluginEnd);

/** A plug-in that ends the process would else end the command, with its code. */
function reportPluginEnd(exitCode: number): void {
  const end = findPluginEnd(exitCode);
  if (toldCode !== undefined) process.exitCode = toldCode;
  else if (end) reportError(end.error);
}

/** Loaded here, so that an error in loading is told as any other. */
async function runCommand(): Promise<void> {
  const { createProgram } = await import('./cli/program.js');
  await createProgram().parseAsync();
}

await runCommand().catch(reportError);
