import { join } from 'node:path';
import type { Command } from 'commander';
import type { Catalogue } from '../experiment/catalogue.js';
import type { Results } from '../results/result.js';
import type { NamedFile } from './outputs.js';
import { printNote } from './print-note.js';

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

/** Returns the file of the report, if one is asked for. */
export function listReportFile({ report, out }: RunReportFlags): NamedFile[] {
  if (report === undefined) return [];
  return [{ name: '--report', path: report === true ? join(out, 'report.html') : report }];
}

/** Writes the report, if one is asked for. @throws UserError (storage) */
export async function writeRunReport(
  results: Results,
  flags: RunReportFlags,
  catalogue: Catalogue,
): Promise<void> {
  const { out, control, data } = flags;
  for (const { path } of listReportFile(flags)) {
    const { writeReport } = await import('./write-report.js');
    await writeReport(results, { file: path, folder: out, catalogue, control, dataFolder: data });
    printNote(`The report is in "${path}".`);
  }
}
