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

/** A reader that stops early, such as `head`, is no failure; the work goes on, so that results are kept. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw asStorageError(error, 'The output');
}

surviveFileSizeLimit();
process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);
process.on('uncaughtException', (error) => {
  reportError(error);
  process.exit();
});

await createProgram().parseAsync().catch(reportError);
