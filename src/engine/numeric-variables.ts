import type { Device } from './device.js';

/** TensorFlow reads them when it is loaded; each can change a result's last digits or more. */
const names = [
  'NVIDIA_TF32_OVERRIDE',
  'TF_CUDNN_DETERMINISTIC',
  'TF_DETERMINISTIC_OPS',
  'TF_ENABLE_ONEDNN_OPTS',
  'TF_SET_ONEDNN_FPMATH_MODE',
  'TF_XLA_FLAGS',
  'XLA_FLAGS',
] as const;

/** What they are unless the user sets them. A GPU's kernels then repeat bit for bit. */
const defaults: Readonly<Record<Device, Partial<Record<(typeof names)[number], string>>>> = {
  cpu: {},
  gpu: { TF_DETERMINISTIC_OPS: '1' },
};

/** Returns what they will be where TensorFlow is loaded for a device; those that nobody sets are left out. */
export function readNumericVariables(device: Device): Record<string, string> {
  const entries = names.flatMap((name) => {
    const value = process.env[name] ?? defaults[device][name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Sets those that the user did not. */
export function setNumericVariables(device: Device): void {
  Object.assign(process.env, readNumericVariables(device));
}
