const names = [
  'Array',
  'ArrayBuffer',
  'BigInt',
  'Boolean',
  'Date',
  'Error',
  'Float32Array',
  'Float64Array',
  'Function',
  'Int32Array',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Reflect',
  'RegExp',
  'Set',
  'String',
  'Symbol',
  'Uint8Array',
  'WeakMap',
] as const;

/** A member of a built-in object, as it was. */
interface Member {
  readonly name: string;
  readonly owner: object;
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

// Taken before any plug-in may replace them.
const { defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
const { is } = Object;

/**
 * Remembers JavaScript's built-in objects. What it returns puts back what was replaced or removed since, and names it:
 * "JSON.parse", "Array.prototype.map". Members that are new stay.
 */
export function watchBuiltIns(): () => string[] {
  const members = names.flatMap((name) => {
    const builtIn: object & { readonly prototype?: object } = globalThis[name];
    const { prototype } = builtIn;
    return [
      ...listMembers('', globalThis, [name]),
      ...listMembers(`${name}.`, builtIn),
      ...(prototype ? listMembers(`${name}.prototype.`, prototype) : []),
    ];
  });
  return () => {
    // Only what cannot be replaced is used before all is back: no iterators, no methods of arrays.
    const replaced: Member[] = [];
    for (let index = 0; index < members.length; index += 1) {
      const member = members[index] as Member;
      if (isAsItWas(member)) continue;
      defineProperty(member.owner, member.key, member.descriptor);
      replaced[replaced.length] = member;
    }
    return replaced.map(({ name }) => name);
  };
}

function listMembers(prefix: string, owner: object, keys = ownKeys(owner)): Member[] {
  return keys.flatMap((key) => {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    return descriptor ? [{ name: `${prefix}${String(key)}`, owner, key, descriptor }] : [];
  });
}

function isAsItWas({ owner, key, descriptor: { value, get, set } }: Member): boolean {
  const now = getOwnPropertyDescriptor(owner, key);
  return now !== undefined && is(now.value, value) && now.get === get && now.set === set;
}
