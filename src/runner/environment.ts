import type { RunningEngine } from '../engine/start.js';
import { readVersion } from '../version.js';
import type { Environment } from './result.js';

/** Describes what a trial's numbers are made with. */
export function describeEnvironment(
  engine: RunningEngine,
  execution: Environment['execution'],
): Environment {
  return {
    prepLab: readVersion(),
    node: process.version,
    tensorflow: engine.tensorflowVersion,
    platform: `${process.platform}-${process.arch}`,
    device: engine.device,
    deviceName: engine.deviceName,
    threads: engine.threads,
    precision: engine.precision,
    execution,
  };
}
