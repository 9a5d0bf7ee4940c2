import { type Cifar10, readCifar10 } from '../../cifar10/dataset.js';
import { fetchCifar10, findCifar10 } from '../../cifar10/files.js';
import { type EngineStart, type RunningEngine, startEngine } from '../../engine/start.js';

/** The images and a running engine. */
export interface Laboratory {
  readonly data: Cifar10;
  readonly engine: RunningEngine;
}

/** Starts the engine and reads the data; what is missing is fetched. */
export async function openLaboratory(
  options: EngineStart & { readonly dataFolder?: string | undefined },
): Promise<Laboratory> {
  // Reading checks every file: to check them before as well would take as long again.
  const found = await findCifar10(options.dataFolder);
  const folder = found?.folder ?? (await fetchCifar10(options));
  const engine = await startEngine(options);
  return { engine, data: await readCifar10(folder) };
}
