import { type DeviceRequest, resolveDevice } from '../../engine/device.js';
import { identifyKernels, identifyTensorFlow } from '../../engine/install/engine.js';
import { tensorflowVersion } from '../../engine/install/libraries.js';
import { identifyOwnKernels } from '../../engine/install/own-kernels.js';
import { readNumericVariables } from '../../engine/numeric-variables.js';
import { resolveThreads } from '../../engine/threads.js';
import type { Experiment } from '../../experiment/experiment.js';
import { UserError } from '../../user-error.js';

/** What a trial is computed with, as far as it can change its numbers. Known without loading TensorFlow. */
export interface Conditions {
  readonly device: 'cpu' | 'gpu';
  /** CPU threads for one op. */
  readonly threads: number;
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
  readonly execution?: 'graph' | 'eager';
}

/**
 * Returns what trials will be computed with; "auto" becomes the device that there is.
 * @throws UserError (engine) if a TensorFlow of the user's own is not where it was said to be.
 */
export async function readConditions(request: ConditionsRequest = {}): Promise<Conditions> {
  const device = await resolveDevice(request.device ?? 'auto');
  return {
    device,
    threads: resolveThreads(request.threads),
    execution: request.execution ?? 'graph',
    tensorflow: await identifyTensorFlow(device),
    kernels: await identifyKernels(device),
    variables: readNumericVariables(device),
  };
}

/** Returns what a run without options takes on the CPU with prep-lab's own TensorFlow. */
export function plainConditions(): Conditions {
  return {
    device: 'cpu',
    threads: resolveThreads(),
    execution: 'graph',
    tensorflow: tensorflowVersion,
    kernels: identifyOwnKernels(),
    variables: readNumericVariables('cpu'),
  };
}

/**
 * Refuses experiments that cannot be computed so.
 * @throws UserError naming the experiment.
 */
export function requireComputable(
  experiments: readonly Experiment[],
  { execution }: Conditions,
): void {
  if (execution === 'graph') return;
  const mixed = experiments.find(({ training }) => training.precision !== 'float32');
  if (!mixed) return;
  throw new UserError(
    `Experiment "${mixed.name}": training.precision must be "float32" where steps run op by op (--eager), received "${mixed.training.precision}".`,
    { hint: 'leave out "--eager", or add "--precision float32".' },
  );
}
