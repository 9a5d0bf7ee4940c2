import { constants } from 'node:os';
import { nativeBackend } from '../graph/native-backend.js';
import { hasOwnKernels, loadOwnAddon } from '../graph/own-kernels.js';
import { loadAddon } from '../graph/tensorflow.js';
import type { Progress } from '../progress.js';
import { exitCodes, UserError } from '../user-error.js';
import { listGpus, requireGpu } from './device.js';
import {
  type Device,
  type DeviceRequest,
  type InstalledEngine,
  installEngine,
  type Kernels,
  kernelsOf,
} from './install/engine.js';
import { setNumericVariables } from './numeric-variables.js';
import { processorName } from './processor.js';
import { resolveThreads } from './threads.js';

/** What computes in this process. */
export interface RunningEngine {
  readonly tensorflowVersion: string;
  /** Where tensors really are computed. */
  readonly device: Device;
  /** The processor's or the GPU's name. */
  readonly deviceName: string;
  /** CPU threads for one op. Results repeat bit for bit only with the same number. */
  readonly threads: number;
  readonly kernels: Kernels;
}

export interface EngineStart {
  readonly device: DeviceRequest;
  readonly progress: Progress;
  /** Lets TensorFlow's own log through to stderr. */
  readonly verbose?: boolean;
  /** CPU threads; as many as there are cores if not given, or what `TF_NUM_INTRAOP_THREADS` says. */
  readonly threads?: number;
}

let running: Promise<RunningEngine> | undefined;

/**
 * Loads TensorFlow into this process, after installing it if it is missing, and tells what it computes on. A process
 * has one engine: later calls return it, whatever else they ask for, except for a GPU that it has not.
 * @throws UserError (engine) if a GPU is asked for and TensorFlow cannot use one.
 */
export async function startEngine(options: EngineStart): Promise<RunningEngine> {
  running ??= start(options).catch((error: unknown) => {
    running = undefined;
    throw error;
  });
  const engine = await running;
  if (options.device === 'gpu' && engine.device !== 'gpu') throw gpuUnused();
  return engine;
}

async function start(options: EngineStart): Promise<RunningEngine> {
  const gpus = options.device === 'cpu' ? [] : await listGpus();
  if (options.device === 'gpu') await requireGpu();
  const installed = await installEngine(options);
  const threads = setEnvironment(installed, options);
  load(installed);
  const backend = nativeBackend();
  const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu';
  if (device !== installed.device) {
    if (options.device === 'gpu') throw gpuUnused();
    options.progress.note('There is a GPU, but TensorFlow cannot use it and computes on the CPU.');
  }
  return {
    tensorflowVersion: backend.binding.TF_Version,
    device,
    deviceName: (device === 'gpu' ? gpus[0] : undefined) ?? processorName(),
    threads,
    kernels: hasOwnKernels() ? 'own' : 'composed',
  };
}

/** TensorFlow reads these once, when it is loaded. What the user set stays. Returns the number of threads. */
function setEnvironment(installed: InstalledEngine, options: EngineStart): number {
  const { verbose, threads } = options;
  const environment = process.env;
  if (!verbose) environment.TF_CPP_MIN_LOG_LEVEL ??= '3';
  if (installed.device === 'cpu') environment.CUDA_VISIBLE_DEVICES = '-1';
  setNumericVariables(installed.device);
  // Else TensorFlow takes all of the GPU's memory at once, and nobody else can use it.
  environment.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  if (threads !== undefined) {
    environment.TF_NUM_INTRAOP_THREADS = String(threads);
    environment.TF_NUM_INTEROP_THREADS = String(threads);
  }
  return resolveThreads(threads);
}

function load(engine: InstalledEngine): void {
  const { addonPath, logFilterPath, ownKernels, folder } = engine;
  try {
    if (logFilterPath) {
      const { RTLD_GLOBAL, RTLD_NOW } = constants.dlopen;
      process.dlopen({ exports: {} }, logFilterPath, RTLD_NOW | RTLD_GLOBAL);
    }
    loadAddon(addonPath);
    if (ownKernels.state === 'compiled') {
      loadOwnAddon(ownKernels.path, kernelsOf(engine) === 'own');
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`TensorFlow in "${folder}" cannot be loaded: ${reason}`, {
      // What the linker says of too little memory, and of a disk that may not hold programs.
      hint: reason.includes('failed to map segment')
        ? 'Give it more memory ("ulimit -v"), and a PREP_LAB_CACHE on a disk that is not mounted "noexec".'
        : 'Run "prep-lab doctor" to see what the engine lacks.',
      exitCode: exitCodes.engine,
      cause: error,
    });
  }
}

function gpuUnused(): UserError {
  return new UserError('A GPU was asked for, but TensorFlow computes on the CPU.', {
    hint: 'Run "prep-lab doctor" to see why, or run with "--device cpu".',
    exitCode: exitCodes.engine,
  });
}
