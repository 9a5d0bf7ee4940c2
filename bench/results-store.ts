import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '#prep-lab/storage/sync.js';
import type { BenchResults, Measurement } from './measurement.js';
import { renderReport } from './render/report.js';

/** Keeps results as they come: what is measured is on the disk, whatever ends the benchmark. */
export interface ResultsStore {
  add(measurement: Measurement): Promise<void>;
  readonly results: BenchResults;
}

/** `folder`: where results.json and results.md go; left out to keep them in memory alone. */
export async function openResultsStore(
  begun: Omit<BenchResults, 'measurements'>,
  folder: string | undefined,
): Promise<ResultsStore> {
  let results: BenchResults = { ...begun, measurements: [] };
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  return {
    get results() {
      return results;
    },
    async add(measurement) {
      results = { ...results, measurements: [...results.measurements, measurement] };
      if (folder === undefined) return;
      await replaceFile(join(folder, 'results.json'), `${JSON.stringify(results, null, 1)}\n`);
      await replaceFile(join(folder, 'results.md'), renderReport(results));
    },
  };
}
