import { quote } from '../../text/quote.js';

/** Returns the value of an own property: a key of a hostile file may be named like an inherited one. */
export function ownValue(container: unknown, key: PropertyKey): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}

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

/** Renders a path as in `preprocessing[1].probability`; the empty path is the whole file. */
export function renderPath(path: readonly PropertyKey[]): string {
  const text = path.map(renderStep).join('').replace(/^\./, '');
  return text === '' ? 'the experiment' : text;
}

function renderStep(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  return /^[$\w-]{1,60}$/.test(name) ? `.${name}` : `[${quote(name)}]`;
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

/** A key of the experiment that a sweep or the command line set, such as `training.batchSize`. */
export interface Change {
  readonly path: string;
  readonly value: unknown;
}

/** Renders changes as "training.batchSize=32, model.name=deep"; texts are quoted where they would not read as texts. */
export function renderChanges(changes: readonly Change[]): string {
  return changes.map(({ path, value }) => `${path}=${renderValue(value)}`).join(', ');
}

/** Renders a value as `--set` takes it. */
export function renderValue(value: unknown): string {
  const isWord = typeof value === 'string' && /^[A-Za-z][\w-]*$/.test(value);
  return isWord && !/^(true|false|null)$/.test(value) ? value : JSON.stringify(value);
}
