import { Option } from 'commander';

/** Returns the option that commands with an engine share. */
export function createDeviceOption(): Option {
  return new Option('--device <device>', 'where to compute; auto: on an NVIDIA GPU if there is one')
    .choices(['auto', 'cpu', 'gpu'])
    .default('auto');
}
