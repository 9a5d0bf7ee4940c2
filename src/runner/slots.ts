import { availableParallelism } from 'node:os';
import type { Device } from '../engine/device.js';

/** A place where one trial computes at a time. */
export interface Slot {
  /** What `CUDA_VISIBLE_DEVICES` is for its trials; left out on the CPU. */
  readonly visibleGpu?: string;
  /** The GPU's name; left out on the CPU. */
  readonly gpuName?: string;
}

export interface SlotOptions {
  readonly device: Device;
  /** Trials side by side: on the CPU, or on each GPU. */
  readonly jobs: number;
  /** Names of the GPUs in the driver's order. */
  readonly gpuNames: readonly string[];
}

/** Returns the places for trials: `jobs` on the CPU or on each GPU that this process may use. */
export function createSlots({ device, jobs, gpuNames }: SlotOptions): Slot[] {
  const places = device === 'gpu' ? gpuSlots(gpuNames) : [{}];
  return Array.from({ length: jobs }, () => places).flat();
}

/** The driver's own list is of all GPUs. */
function gpuSlots(gpuNames: readonly string[]): Slot[] {
  const ids = listVisibleGpus() ?? gpuNames.map((_, index) => String(index));
  return ids.map((id) => {
    const gpuName = gpuNames[Number(id)] ?? gpuNames[0];
    return { visibleGpu: id, ...(gpuName && { gpuName }) };
  });
}

/** `CUDA_VISIBLE_DEVICES` lists numbers or UUIDs; what follows on one that is none is hidden. */
function listVisibleGpus(): readonly string[] | undefined {
  const ids = process.env.CUDA_VISIBLE_DEVICES?.split(',').map((id) => id.trim());
  const end = ids?.findIndex((id) => id === '' || id.startsWith('-')) ?? -1;
  return end < 0 ? ids : ids?.slice(0, end);
}

/** Returns a fair share of the processor's cores for each of several trials. Range: 1 and up. */
export function shareThreads(slotCount: number): number {
  return Math.max(1, Math.floor(availableParallelism() / slotCount));
}
