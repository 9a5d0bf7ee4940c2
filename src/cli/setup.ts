import { Command } from 'commander';
import type { DeviceRequest } from '../engine/device.js';
import type { EngineSetup } from '../engine/install/setup.js';
import { escapeInvisible } from '../visible-text.js';
import { createDeviceOption } from './shared-options.js';

const help = `
"run" does this by itself when the engine is missing. For the CPU it fetches 0.3 GB and keeps 0.9 GB in your cache
folder; for a GPU 3.4 GB and 5.7 GB. PREP_LAB_CACHE names another cache folder. Run it again after an interruption:
it goes on where it stopped. "--device gpu" on a machine without a GPU installs for another machine that shares the
cache folder, with a warning.

Environment: PREP_LAB_TENSORFLOW is the same as --tensorflow, for one run; PREP_LAB_INDEX names a package index to ask
where pip is missing (https://pypi.org/simple); CXX names the compiler.

Examples:
  $ prep-lab setup
  $ prep-lab setup --device gpu
  $ prep-lab setup --tensorflow ~/venv/lib/python3.12/site-packages/tensorflow`;

interface SetupOptions {
  readonly device: DeviceRequest;
  readonly tensorflow?: string;
}

/** Returns the command that installs the engine. */
export function createSetupCommand(): Command {
  return new Command('setup')
    .summary('install the engine, TensorFlow')
    .description(
      'Fetch TensorFlow into your cache folder, build its addon with your C++ compiler, and try it.',
    )
    .addOption(createDeviceOption())
    .option(
      '--tensorflow <folder>',
      "use the TensorFlow in this folder from now on; without it, prep-lab's own",
    )
    .addHelpText('after', help)
    .action(runSetup);
}

async function runSetup({ device, tensorflow }: SetupOptions): Promise<void> {
  const { setUpEngine } = await import('../engine/install/setup.js');
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const progress = createTerminalProgress(process.stderr);
  const setup = await setUpEngine({ device, progress, ...(tensorflow && { tensorflow }) });
  process.stdout.write(renderSetup(setup));
}

/** Renders what stands now. */
function renderSetup({ installed, running }: EngineSetup): string {
  const computes = running
    ? `It computes on the ${running.device.toUpperCase()}: ${running.deviceName}.`
    : 'It is not tried: this machine has no GPU.';
  const version = running?.tensorflowVersion ?? installed.tensorflowVersion;
  return `TensorFlow ${version} is installed in ${escapeInvisible(installed.folder)}\n${computes}\n`;
}
