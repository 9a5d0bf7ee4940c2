import type { DeviceRequest } from '../../engine/install/device.js';
import { findEngine } from '../../engine/install/engine.js';
import { probeEngine } from '../../engine/probe.js';
import { UserError } from '../../user-error.js';
import type { Finding } from './finding.js';

export async function examineEngine(device: DeviceRequest): Promise<Finding> {
  const subject = 'engine';
  try {
    const engine = await findEngine(device);
    if (engine) {
      const known = engine.tensorflowVersion !== 'unknown';
      const version = known ? ` ${engine.tensorflowVersion}` : '';
      const found = `TensorFlow${version} in ${engine.folder}`;
      return { subject, state: 'ok', found };
    }
    const option = device === 'auto' ? '' : ` --device ${device}`;
    const advice = `Run "prep-lab setup${option}"; "run" does it by itself.`;
    return { subject, state: 'missing', found: 'not installed', advice };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { hint: advice, message: found } = error;
    return { subject, state: 'missing', found, ...(advice && { advice }) };
  }
}

/** Really computes, in a process of its own. */
export async function examineComputation(
  device: DeviceRequest,
  installed: boolean,
): Promise<Finding> {
  const subject = 'computes on';
  if (!installed) return { subject, state: '-', found: 'not tried without an engine' };
  const answer = await probeEngine(device);
  if ('engine' in answer) {
    const { device: used, deviceName, threads } = answer.engine;
    const found = `${used.toUpperCase()}: ${deviceName}${used === 'cpu' ? `, ${threads} threads` : ''}`;
    return { subject, state: 'ok', found };
  }
  const advice = 'Remove the folder "engine" in the cache folder and run "prep-lab setup".';
  return { subject, state: 'missing', found: answer.problem, advice };
}
