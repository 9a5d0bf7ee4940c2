import { join } from 'node:path';
import type { Command } from 'commander';
import type { Catalogue } from '../catalogue.js';
import type { Results } from '../runner/result.js';
import { requireWritable } from './export-file.js';

export interface RunReportFlags {
  /** A file, or true for the usual place. */
  readonly report?: string | true;
  readonly out: string;
  readonly control?: string;
  readonly data?: string;
}

/** Adds `--report`. */
export function addReportOption(command: Command): Command {
  return command.option('--report [file]', 'write the HTML report too (default: OUT/report.html)');
}

/**
 * Makes sure, before anything is trained, that the report can be written, and returns what writes it.
 * @throws UserError (storage) if it cannot.
 */
export async function openRunReport(
  flags: RunReportFlags,
  catalogue: Catalogue,
): Promise<(results: Results) => Promise<void>> {
  const { report, out, control, data } = flags;
  if (report === undefined) return async () => {};
  const file = report === true ? join(out, 'report.html') : report;
  await requireWritable(file);
  return async (results) => {
    const { writeReport } = await import('./write-report.js');
    await writeReport(results, { file, folder: out, catalogue, control, dataFolder: data });
    process.stderr.write(`The report is in "${file}".\n`);
  };
}
