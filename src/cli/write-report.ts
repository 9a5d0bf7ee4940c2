import { dirname, join } from 'node:path';
import type { Catalogue } from '../experiment/catalogue.js';
import type { Results } from '../results/result.js';
import { writeOutput } from '../storage/output-file.js';

export interface ReportRequest {
  /** Where the page goes; "-" is stdout. */
  readonly file: string;
  /** The results folder, for what is stored beside results.json. */
  readonly folder: string;
  readonly catalogue: Catalogue;
  /** The experiment that the others are compared with; without it the one whose file has the role "control". */
  readonly control?: string | undefined;
  readonly dataFolder?: string | undefined;
  /** `none` spares the engine: no pipelines, no misclassified images. */
  readonly pictures?: 'all' | 'none';
}

/**
 * Writes the HTML report of some results.
 * @throws UserError (storage) if the file cannot be written, (data) if the data folder is unusable.
 */
export async function writeReport(results: Results, request: ReportRequest): Promise<void> {
  const { file, control, pictures = 'all' } = request;
  const { renderReport } = await import('../report/html/page.js');
  const { noEvidence } = await import('../report/html/evidence.js');
  const evidence =
    pictures === 'none'
      ? noEvidence('Pictures were switched off.')
      : await lookUpEvidence(results, request);
  const { readSearches } = await import('../runner/store/search-file.js');
  const searches = await readSearches(request.folder);
  await writeOutput(file, await renderReport(results, { evidence, control, searches }));
}

async function lookUpEvidence(results: Results, request: ReportRequest) {
  const { collectEvidence } = await import('../report/evidence/collect-evidence.js');
  const { selectShownArms } = await import('../analysis/findings/shown-arms.js');
  return collectEvidence(selectShownArms(results, request.control).arms, request);
}

/** Returns the results folder of what was named: a folder, or a results file in it. */
export function folderOf(path: string): string {
  return path.endsWith('.json') ? dirname(path) : join(path);
}
