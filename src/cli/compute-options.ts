import type { Command } from 'commander';
import type { DeviceRequest } from '../engine/device.js';
import { createDeviceOption, parseCount } from './shared-options.js';

/** What trials are computed with. */
export interface ComputeFlags {
  readonly data?: string;
  readonly device: DeviceRequest;
  readonly threads?: number;
  readonly eager?: boolean;
  readonly verbose?: boolean;
}

/** Adds the options that say what trials are computed with. */
export function addComputeOptions(command: Command): void {
  command
    .optionsGroup('Computing:')
    .option('--data <folder>', 'take the files of a published data set from this folder')
    .addOption(createDeviceOption())
    .option(
      '--threads <n>',
      'CPU threads for each trial; at most 64 a core; results repeat only with the same number (default: the cores, shared by --jobs)',
      parseCount,
    )
    .option('--eager', 'run op by op in place of one graph a step: slower, for debugging')
    .option('--verbose', "let TensorFlow's own log through");
}
