import { runProgram } from './program.js';

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
  const query = ['--query-gpu=name', '--format=csv,noheader'];
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
