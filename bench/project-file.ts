import { fileURLToPath } from 'node:url';

const program = import.meta.resolve('#prep-lab/bin.js');

/** The built command line program. */
export const programFile = fileURLToPath(program);

/** Returns the path of a file of this checkout, given from its root. */
export function projectFile(path: string): string {
  return fileURLToPath(new URL(`../${path}`, program));
}
