import { findCifar10 } from '../../cifar10/files.js';
import type { Finding } from './finding.js';

/** Data that are missing are no fault, except where the user said that they are. */
export async function examineData(dataFolder?: string): Promise<Finding> {
  const subject = 'data';
  const found = await findCifar10(dataFolder);
  if (found) return { subject, state: 'ok', found: `CIFAR-10 in ${found.folder}` };
  if (dataFolder === undefined) {
    return { subject, state: '-', found: 'CIFAR-10 is not there; the first run fetches it' };
  }
  const advice = 'Leave out --data to have CIFAR-10 fetched into your cache folder.';
  return { subject, state: 'missing', found: `no CIFAR-10 in ${dataFolder}`, advice };
}
