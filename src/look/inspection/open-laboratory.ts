import type { Dataset } from '../../datasets/dataset.js';
import type { DatasetOptions } from '../../datasets/dataset-options.js';
import { fetchDataset, findDataset, keepLast, readDataset } from '../../datasets/open.js';
import { type EngineStart, type RunningEngine, startEngine } from '../../engine/start.js';

/** A running engine, and a reader of experiments' images. */
export interface Laboratory {
  readonly engine: RunningEngine;
  /** What is missing is fetched. */
  readData(options: DatasetOptions): Promise<Dataset>;
}

/** Fetches the data sets that are missing, then starts the engine. */
export async function openLaboratory(
  options: EngineStart & {
    readonly datasets: readonly DatasetOptions[];
    readonly dataFolder?: string | undefined;
  },
): Promise<Laboratory> {
  // Reading checks every file: to check them before as well would take as long again.
  const locate = async (dataset: DatasetOptions) =>
    (await findDataset(dataset, options.dataFolder)) ?? (await fetchDataset(dataset, options));
  for (const dataset of options.datasets) await locate(dataset);
  const engine = await startEngine(options);
  const readData = keepLast(async (dataset) => readDataset(dataset, await locate(dataset)));
  return { engine, readData };
}
