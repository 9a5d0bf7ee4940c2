import { resolve } from 'node:path';
import type { Progress } from '../../progress.js';
import { exitCodes, UserError } from '../../user-error.js';
import { type DeviceRequest, listGpus, resolveDevice } from '../device.js';
import { probeEngine } from '../probe.js';
import type { RunningEngine } from '../start.js';
import { type InstalledEngine, installEngine } from './engine.js';
import { forgetOwnTensorFlow, rememberOwnTensorFlow } from './own-tensorflow.js';

/** What a set-up leaves. */
export interface EngineSetup {
  readonly installed: InstalledEngine;
  /** What a trial in a process of its own showed; left out where the GPU that it is for is not here. */
  readonly running?: RunningEngine;
}

export interface EngineSetupOptions {
  readonly device: DeviceRequest;
  /** The folder of a TensorFlow of the user's own, for this and all later runs; without it, prep-lab's. */
  readonly tensorflow?: string;
  readonly progress: Progress;
}

/** Installs the engine, tries it, and makes it the one of later runs. @throws UserError */
export async function setUpEngine(options: EngineSetupOptions): Promise<EngineSetup> {
  const { tensorflow, progress } = options;
  const device = await resolveDevice(options.device);
  if (tensorflow === undefined) await forgetOwnTensorFlow();
  else process.env.PREP_LAB_TENSORFLOW = resolve(tensorflow);
  const testable = device === 'cpu' || (await listGpus()).length > 0;
  if (!testable)
    progress.note('No NVIDIA GPU was found: the engine for one is installed, but not tried.');
  const installed = await installEngine({ device, progress });
  const running = testable ? await tryEngine(device) : undefined;
  if (tensorflow !== undefined) await rememberOwnTensorFlow(resolve(tensorflow));
  return { installed, ...(running && { running }) };
}

async function tryEngine(device: DeviceRequest): Promise<RunningEngine> {
  const answer = await probeEngine(device);
  if ('engine' in answer) return answer.engine;
  throw new UserError(`The engine is installed but does not work: ${answer.problem}`, {
    hint: 'Run "prep-lab doctor" for a view of the whole.',
    exitCode: exitCodes.engine,
  });
}
