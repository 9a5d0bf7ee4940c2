/** A value in an argument of Python code; `code` stands as it is. */
export type PythonValue =
  | number
  | string
  | boolean
  | null
  | { readonly code: string }
  | readonly PythonValue[];

/** Renders a value as Python writes it. */
export function renderPython(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') {
    return 'code' in value ? value.code : `[${value.map(renderPython).join(', ')}]`;
  }
  return JSON.stringify(value);
}

/** Renders a call; named arguments that are left out (undefined) stay Python's defaults. */
export function callPython(
  name: string,
  positional: readonly PythonValue[],
  named: Readonly<Record<string, PythonValue | undefined>> = {},
): string {
  const given = Object.entries(named).filter(
    (entry): entry is [string, PythonValue] => entry[1] !== undefined,
  );
  const all = [
    ...positional.map(renderPython),
    ...given.map(([key, value]) => `${key}=${renderPython(value)}`),
  ];
  return `${name}(${all.join(', ')})`;
}
