import { runProgram } from '../storage/run-program.js';
import { exitCodes, UserError } from '../user-error.js';

/** Where tensors are computed. */
export type Device = 'cpu' | 'gpu';

/** `auto`: the GPU where there is an NVIDIA driver with one, else the CPU. */
export type DeviceRequest = Device | 'auto';

/**
 * Returns the names of the NVIDIA GPUs that this process may use, as the driver's own program tells them; none
 * without a driver, and none if `CUDA_VISIBLE_DEVICES` hides them.
 */
export async function listGpus(): Promise<string[]> {
  const visible = process.env.CUDA_VISIBLE_DEVICES;
  if (visible !== undefined && (visible.trim() === '' || visible.startsWith('-1'))) return [];
  return queryGpus('name');
}

/** @throws UserError (engine) if there is no GPU that this process may use. */
export async function requireGpu(): Promise<void> {
  if ((await listGpus()).length > 0) return;
  throw new UserError('A GPU was asked for, but "nvidia-smi" shows none that may be used.', {
    hint: 'Install NVIDIA\'s driver, look at CUDA_VISIBLE_DEVICES, or run with "--device cpu".',
    exitCode: exitCodes.engine,
  });
}

/** Returns the version of NVIDIA's driver; nothing where there is none. */
export async function readDriverVersion(): Promise<string | undefined> {
  return (await queryGpus('driver_version'))[0];
}

/** Returns the compute capability of the first GPU, such as "9.0"; nothing where there is none. */
export async function readComputeCapability(): Promise<string | undefined> {
  return (await queryGpus('compute_cap'))[0];
}

/** Returns a property of each GPU. */
async function queryGpus(property: 'name' | 'driver_version' | 'compute_cap'): Promise<string[]> {
  const query = [`--query-gpu=${property}`, '--format=csv,noheader'];
  const result = await runProgram('nvidia-smi', query);
  if (result?.exitCode !== 0) return [];
  return result.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Resolves `auto`. */
export async function resolveDevice(request: DeviceRequest): Promise<Device> {
  if (request !== 'auto') return request;
  return (await listGpus()).length > 0 ? 'gpu' : 'cpu';
}
