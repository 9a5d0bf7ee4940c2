import { type Command, Option } from 'commander';
import type { ExportOptions } from '../report/export/format.js';
import { exportFormats } from '../report/export/list.js';
import type { Results } from '../runner/result.js';
import { UserError } from '../user-error.js';

/** What the export options leave in a command's flags: `exportCsv: 'out.csv'`. */
export interface ExportFlags {
  readonly tensorboard?: string;
  readonly [flag: string]: unknown;
}

/** The exports that a command was asked for. */
export interface Exports {
  /** Whether one of them is for stdout, which then holds nothing else. */
  readonly usesStdout: boolean;
  write(results: Results, options?: ExportOptions): Promise<void>;
}

/** Adds `--export-markdown` and the other formats, each with a file or "-", and `--tensorboard`. */
export function addExportOptions(command: Command): Command {
  for (const { name, description } of exportFormats) {
    const option = new Option(`--export-${name} <file>`, `${description}; "-" is stdout`);
    command.addOption(option.helpGroup('Exports:'));
  }
  const tensorboard = new Option('--tensorboard <folder>', 'event files for TensorBoard');
  return command.addOption(tensorboard.helpGroup('Exports:'));
}

/**
 * Makes sure, before anything is trained, that all exports can be written.
 * @throws UserError if two go to the same place, or (storage) if a place cannot be written.
 */
export async function openExports(flags: ExportFlags): Promise<Exports> {
  const wanted = exportFormats.flatMap((format) => {
    const file = flags[flagOf(format.name)];
    return typeof file === 'string' ? [{ format, file }] : [];
  });
  requireDifferent(wanted.map(({ file }) => file));
  const { requireWritable, writeExportFile } = await import('./export-file.js');
  for (const { file } of wanted) await requireWritable(file);
  if (flags.tensorboard !== undefined) await requireWritable(`${flags.tensorboard}/events`);
  return {
    usesStdout: wanted.some(({ file }) => file === '-'),
    async write(results, options = {}) {
      for (const { format, file } of wanted) {
        const render = await format.load();
        await writeExportFile(file, render(results, options));
      }
      if (flags.tensorboard !== undefined) await writeEvents(results, flags.tensorboard);
    },
  };
}

/** Commander's name for `--export-csv`. */
function flagOf(name: string): string {
  return `export${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function requireDifferent(files: readonly string[]): void {
  const twice = files.find((file, index) => files.indexOf(file) < index);
  if (twice === undefined) return;
  throw new UserError(`Two exports go to "${twice}".`, {
    hint: 'give each export a file of its own; only one can be "-".',
  });
}

async function writeEvents({ trials }: Results, folder: string): Promise<void> {
  const { writeExportFile } = await import('./export-file.js');
  const { renderTrialEvents } = await import('../report/tensorboard/trial-events.js');
  for (const trial of trials) {
    const { path, bytes } = renderTrialEvents(trial);
    await writeExportFile(`${folder}/${path}`, bytes);
  }
}
