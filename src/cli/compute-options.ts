import { type Command, Option } from 'commander';
import type { DeviceRequest } from '../engine/install/device.js';
import type { Precision } from '../engine/start.js';
import { createDeviceOption } from './device-option.js';
import { parseCount } from './parse-count.js';

/** What trials are computed with. */
export interface ComputeFlags {
  readonly data?: string;
  readonly device: DeviceRequest;
  readonly threads?: number;
  readonly precision: Precision;
  readonly eager?: boolean;
  readonly verbose?: boolean;
}

/** Adds the options that say what trials are computed with. */
export function addComputeOptions(command: Command): void {
  command
    .optionsGroup('Computing:')
    .option('--data <folder>', 'take the six CIFAR-10 files from this folder')
    .addOption(createDeviceOption())
    .option(
      '--threads <n>',
      'CPU threads for each trial; at most 64 a core; results repeat only with the same number (default: the cores, shared by --jobs)',
      parseCount,
    )
    .addOption(createPrecisionOption())
    .option('--eager', 'run op by op in place of one graph a step: slower, for debugging')
    .option('--verbose', "let TensorFlow's own log through");
}

function createPrecisionOption(): Option {
  const description = 'bfloat16: rounded products on CPUs made for it; faster by 3 % at most';
  return new Option('--precision <precision>', description)
    .choices(['float32', 'bfloat16'])
    .default('float32');
}
