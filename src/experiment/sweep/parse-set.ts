import type { Problem } from '../problem.js';
import type { Axis } from './axis.js';
import { parseKeyPath } from './key-path.js';
import { parseValues } from './value-list.js';

/** Parses what `--set` is given: `path=value[,value...]`. */
export function parseSet(text: string): Axis | Problem {
  const [path = ''] = text.split('=', 1);
  if (path === text || !parseKeyPath(path.trim())) {
    return {
      message: 'expected path=value, such as training.batchSize=32,64.',
      hint: 'stages are named by their place or their name: preprocessing.random-flip.mode=vertical.',
    };
  }
  const values = parseValues(text.slice(path.length + 1));
  return 'message' in values ? values : { path: path.trim(), values };
}
