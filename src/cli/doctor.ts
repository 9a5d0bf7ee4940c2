import { Command } from 'commander';
import type { DeviceRequest } from '../engine/device.js';
import { choosePaint } from '../text/paint.js';
import { exitCodes } from '../user-error.js';
import { createDeviceOption, createJsonOption, printJson } from './shared-options.js';

const help = `
Each line is "ok", "missing" (with what to do) or "-" (not there, and not needed). The exit code is 0 if all that a run
needs is there, else 6. Data that are missing are no fault: the first run fetches them.

Example:
  $ prep-lab doctor
  $ prep-lab doctor --device gpu`;

interface DoctorOptions {
  readonly device: DeviceRequest;
  readonly data?: string;
  readonly json?: boolean;
}

/** Returns the command that looks at all that a run needs. */
export function createDoctorCommand(): Command {
  return new Command('doctor')
    .summary('check all that a run needs')
    .description(
      'Check Node, compiler, pip, GPU, processor, engine, cache folder and data. Changes nothing.',
    )
    .addOption(createDeviceOption())
    .option('--data <folder>', 'look for the data in this folder')
    .addOption(createJsonOption())
    .addHelpText('after', help)
    .action(runDoctor);
}

async function runDoctor({ device, data, json }: DoctorOptions): Promise<void> {
  const { examine, renderPrerequisites } = await import('./examine.js');
  const prerequisites = await examine({ device, ...(data !== undefined && { dataFolder: data }) });
  if (json) printJson({ prerequisites });
  else process.stdout.write(renderPrerequisites(prerequisites, choosePaint(process.stdout)));
  if (prerequisites.some(({ state }) => state === 'missing')) process.exitCode = exitCodes.engine;
}
