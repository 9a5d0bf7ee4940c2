import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../progress.js';
import { downloadFile } from '../../storage/download.js';
import { exitCodes } from '../../user-error.js';
import { findOffer } from './package-index.js';
import { downloadWithPip, findPip } from './pip.js';
import { fitsVersions, normaliseName, type Requirement } from './requirement.js';
import { parseWheelName } from './wheel-name.js';

export interface WheelFetch {
  readonly requirement: Requirement;
  /** The folder where wheels are kept until the engine stands. */
  readonly folder: string;
  readonly progress: Progress;
}

/**
 * Fetches the newest wheel that fits, with pip where there is one, else from the package index; returns its path.
 * A wheel that an interrupted set-up left complete is taken as it is.
 * @throws UserError
 */
export async function fetchWheel(fetch: WheelFetch): Promise<string> {
  const { requirement, folder, progress } = fetch;
  const fetched = await findFetched(fetch);
  if (fetched) return fetched;
  const pip = await findPip();
  if (pip) return downloadWithPip({ pip, requirement, folder, progress });
  const { file, ...source } = await findOffer(requirement);
  const to = join(folder, file);
  const label = `Fetching ${requirement.name}`;
  await downloadFile({ ...source, to, label, progress, exitCode: exitCodes.engine });
  return to;
}

async function findFetched({ requirement, folder }: WheelFetch): Promise<string | undefined> {
  const files = await readdir(folder).catch(() => []);
  const fitting = files.find((file) => {
    const wheel = parseWheelName(file);
    return (
      wheel?.name === normaliseName(requirement.name) &&
      fitsVersions(wheel.version, requirement.versions)
    );
  });
  return fitting && join(folder, fitting);
}
