/** Returns the value of an own property: a key of a hostile file may be named like an inherited one. */
export function ownValue(container: unknown, key: PropertyKey): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}
