import { type DeviceRequest, resolveDevice } from '../../engine/install/device.js';
import { identifyKernels, identifyTensorFlow } from '../../engine/install/engine.js';
import { tensorflowVersion } from '../../engine/install/libraries.js';
import { identifyOwnKernels } from '../../engine/install/own-kernels.js';
import type { Precision } from '../../engine/start.js';
import { resolveThreads } from '../../engine/threads.js';

/** What a trial is computed with, as far as it can change its numbers. Known without loading TensorFlow. */
export interface Conditions {
  readonly device: 'cpu' | 'gpu';
  /** CPU threads for one op. */
  readonly threads: number;
  readonly precision: Precision;
  readonly execution: 'graph' | 'eager';
  /** The version, or a description of the user's own build. */
  readonly tensorflow: string;
  /** The release of prep-lab's own kernels, or "composed" where TensorFlow's ops stand in for them. */
  readonly kernels: string;
  /** What is set of TensorFlow's variables that choose other kernels. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface ConditionsRequest {
  readonly device?: DeviceRequest;
  readonly threads?: number;
  readonly precision?: Precision;
  readonly execution?: 'graph' | 'eager';
}

/** TensorFlow reads them when it is loaded; each can change a result's last digits or more. */
const numericVariables = [
  'NVIDIA_TF32_OVERRIDE',
  'TF_CUDNN_DETERMINISTIC',
  'TF_DETERMINISTIC_OPS',
  'TF_ENABLE_ONEDNN_OPTS',
  'TF_SET_ONEDNN_FPMATH_MODE',
  'TF_XLA_FLAGS',
  'XLA_FLAGS',
] as const;

/**
 * Returns what trials will be computed with; "auto" becomes the device that there is.
 * @throws UserError (engine) if a TensorFlow of the user's own is not where it was said to be.
 */
export async function readConditions(request: ConditionsRequest = {}): Promise<Conditions> {
  const device = await resolveDevice(request.device ?? 'auto');
  const precision = request.precision ?? 'float32';
  return {
    device,
    threads: resolveThreads(request.threads),
    precision,
    execution: request.execution ?? 'graph',
    tensorflow: await identifyTensorFlow(device),
    kernels: await identifyKernels(device),
    variables: readVariables(precision),
  };
}

/** Returns what a run without options takes on the CPU with prep-lab's own TensorFlow. */
export function plainConditions(): Conditions {
  return {
    device: 'cpu',
    threads: resolveThreads(),
    precision: 'float32',
    execution: 'graph',
    tensorflow: tensorflowVersion,
    kernels: identifyOwnKernels(),
    variables: readVariables('float32'),
  };
}

/** bfloat16 is asked for by one of the variables: that is told by the precision already. */
function readVariables(precision: Precision): Record<string, string> {
  const entries = numericVariables.flatMap((name) => {
    const value = process.env[name];
    const isKnown = name === 'TF_SET_ONEDNN_FPMATH_MODE' && precision === 'bfloat16';
    return value === undefined || isKnown ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
