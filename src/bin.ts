#!/usr/bin/env node
import { createProgram } from './cli/program.js';
import { renderError } from './cli/report-error.js';
import { surviveFileSizeLimit } from './storage/file-size-limit.js';
import { asStorageError } from './storage/storage-error.js';

/** The one place that prints errors. */
function reportError(error: unknown): void {
  const { text, exitCode } = renderError(error);
  process.stderr.write(text);
  process.exitCode = exitCode;
}

/**
 * A reader that stops early, such as `head`, is no failure; the work goes on, so that results are kept. A terminal that
 * was closed gives EIO: its SIGHUP lets a run checkpoint first.
 */
function ignoreClosed(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  const isClosed = error.code === 'EPIPE' || (error.code === 'EIO' && this.isTTY);
  if (!isClosed) throw asStorageError(error, 'The output');
}

surviveFileSizeLimit();
process.stdout.on('error', ignoreClosed);
process.stderr.on('error', ignoreClosed);
process.on('uncaughtException', (error) => {
  reportError(error);
  process.exit();
});

await createProgram().parseAsync().catch(reportError);
