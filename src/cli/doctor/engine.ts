import { type Device, type DeviceRequest, resolveDevice } from '../../engine/install/device.js';
import { findEngine } from '../../engine/install/engine.js';
import type { OwnKernels } from '../../engine/install/own-kernels.js';
import { type Probe, probeEngine } from '../../engine/probe.js';
import { UserError } from '../../user-error.js';
import type { Finding } from './finding.js';

export async function examineEngine(device: DeviceRequest): Promise<Finding> {
  const subject = 'engine';
  try {
    const engine = await findEngine(device);
    if (engine) {
      const known = engine.tensorflowVersion !== 'unknown';
      const version = known ? ` ${engine.tensorflowVersion}` : '';
      const { found: kernels, ...advice } = describeKernels(engine.ownKernels);
      const found = `TensorFlow${version} in ${engine.folder}, ${kernels}`;
      return { subject, state: 'ok', found, ...advice };
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

/** Says which kernels compute, beside TensorFlow's, and what to do where prep-lab's could but do not. */
export function describeKernels({ state }: OwnKernels): Pick<Finding, 'found' | 'advice'> {
  switch (state) {
    case 'compiled':
      return { found: "with prep-lab's own kernels" };
    case 'unfit':
      return {
        found: "without prep-lab's own kernels, which are for its own TensorFlow on the CPU",
      };
    case 'missing': {
      const advice =
        'Some nets train slower without them: run "prep-lab setup", with a C++ compiler.';
      return { found: "without prep-lab's own kernels", advice };
    }
  }
}

/** Really computes, in a process of its own. */
export async function examineComputation(
  device: DeviceRequest,
  installed: boolean,
): Promise<Finding> {
  if (!installed) return { subject, state: '-', found: 'not tried without an engine' };
  return describeProbe(await probeEngine(device), await resolveDevice(device));
}

const subject = 'computes on';

/** Turns a probe into a finding; `wanted` is the device that there is hardware for. */
export function describeProbe(probe: Probe, wanted: Device): Finding {
  const says = probe.complaint ? `TensorFlow says: ${probe.complaint}` : undefined;
  if ('problem' in probe) {
    const advice =
      says ?? 'Remove the folder "engine" in the cache folder and run "prep-lab setup".';
    return { subject, state: 'missing', found: probe.problem, advice };
  }
  const { device, deviceName, threads } = probe.engine;
  if (device === 'gpu') return { subject, state: 'ok', found: `GPU: ${deviceName}` };
  const found = `CPU: ${deviceName}, ${threads} threads`;
  if (wanted === 'cpu') return { subject, state: 'ok', found };
  const advice = says ?? 'Look at the driver: "nvidia-smi" must show CUDA 12.5 or newer.';
  return { subject, state: 'ok', found: `${found}, although there is a GPU`, advice };
}
