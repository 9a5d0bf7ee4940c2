import { readVersion } from '../version.js';
import type { Environment } from './result.js';

/** Returns what a trial's numbers are made with: what is computed on, and the versions of this process. */
export function describeEnvironment(
  computing: Omit<Environment, 'prepLab' | 'node' | 'platform'>,
): Environment {
  return {
    prepLab: readVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    ...computing,
  };
}
