import { type Cifar10, readCifar10 } from '../cifar10/dataset.js';
import { fetchCifar10, findCifar10 } from '../cifar10/files.js';
import { startEngine } from '../engine/start.js';
import type { Progress } from '../progress.js';

/** Reads the data and starts the engine on the CPU; what is missing is fetched. */
export async function openLaboratory(options: {
  readonly dataFolder?: string | undefined;
  readonly progress: Progress;
}): Promise<Cifar10> {
  // Reading checks every file: to check them before as well would take as long again.
  const found = await findCifar10(options.dataFolder);
  const folder = found?.folder ?? (await fetchCifar10(options));
  await startEngine({ device: 'cpu', progress: options.progress });
  return readCifar10(folder);
}
