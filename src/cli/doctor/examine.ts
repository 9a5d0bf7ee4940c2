import type { DeviceRequest } from '../../engine/install/device.js';
import { examineCache } from './cache.js';
import { examineData } from './data.js';
import { examineComputation, examineEngine } from './engine.js';
import type { Finding } from './finding.js';
import {
  examineBfloat16,
  examineCompiler,
  examineGpu,
  examineNode,
  examinePip,
} from './machine.js';

export interface Examination {
  readonly device: DeviceRequest;
  readonly dataFolder?: string;
}

/** Looks at all that a run needs, in the order in which one builds on the other. Changes nothing. */
export async function examine({ device, dataFolder }: Examination): Promise<Finding[]> {
  const engine = await examineEngine(device);
  const installed = engine.state === 'ok';
  const data = await examineData(dataFolder);
  return [
    examineNode(process.versions.node),
    await examineCompiler({ needed: !installed }),
    await examinePip(),
    await examineGpu({ needed: device === 'gpu' }),
    examineBfloat16(),
    engine,
    await examineComputation(device, installed),
    await examineCache({ needed: !installed || data.state !== 'ok' }),
    data,
  ];
}
