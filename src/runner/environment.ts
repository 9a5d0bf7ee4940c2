import { readVersion } from '../version.js';
import type { Surroundings } from './result.js';

/** Returns what trials' numbers are made with: what is computed on, and the versions of this process. */
export function describeEnvironment(
  computing: Omit<Surroundings, 'prepLab' | 'node' | 'platform'>,
): Surroundings {
  return {
    prepLab: readVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...computing,
  };
}
