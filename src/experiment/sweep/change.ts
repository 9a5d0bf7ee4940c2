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
