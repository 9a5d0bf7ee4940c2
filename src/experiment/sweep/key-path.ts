import { ownValue } from '../own-value.js';

/** A way to a key: names of keys or stages, and places in arrays. */
export type KeyPath = readonly (string | number)[];

const step = /(?:^|(?<=.)\.)([\w$-]+)|\[(\d{1,4})\]/y;

/**
 * Parses `training.batchSize`, `preprocessing[1].factor` or `preprocessing.random-rotation.factor`; nothing where the
 * text is no path.
 */
export function parseKeyPath(text: string): KeyPath | undefined {
  const steps: (string | number)[] = [];
  let offset = 0;
  while (offset < text.length) {
    step.lastIndex = offset;
    const found = step.exec(text);
    if (!found) return undefined;
    steps.push(found[1] ?? Number(found[2]));
    offset = step.lastIndex;
  }
  return typeof steps[0] === 'string' ? steps : undefined;
}

/** Returns the place of the stage that a name in a path means; all places where there are several or none. */
export function findNamed(items: readonly unknown[], name: string): number[] {
  return items.flatMap((item, index) => (ownValue(item, 'name') === name ? [index] : []));
}

/** Returns what lies at a path of a checked experiment; nothing where it leads nowhere. */
export function findAtPath(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value) && typeof key === 'string')
      return value[findNamed(value, key)[0] ?? -1];
    return ownValue(value, key);
  }, root);
}
