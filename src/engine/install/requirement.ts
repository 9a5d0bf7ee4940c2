/** A Python package with the versions that will do. */
export interface Requirement {
  readonly name: string;
  /** As written, such as "<13.0,>=12.5.3.2"; empty for any version. */
  readonly versions: string;
}

/**
 * Returns the packages that a wheel's METADATA names under an extra. Conditions other than the extra are not
 * evaluated: TensorFlow's "and-cuda" has none.
 * Source: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
 */
export function parseExtra(metadata: string, extra: string): Requirement[] {
  const [head = ''] = metadata.split(/\r?\n\r?\n/, 1);
  const marker = new RegExp(`extra\\s*==\\s*["']${extra}["']`);
  return head
    .split(/\r?\n/)
    .filter((line) => line.startsWith('Requires-Dist:') && marker.test(line))
    .map((line) => parseRequirement(line.slice('Requires-Dist:'.length)));
}

/** Parses `name (>=1,<2); marker` with or without the brackets; the marker is left out. */
export function parseRequirement(text: string): Requirement {
  const [specifier = ''] = text.split(';', 1);
  const found = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^)]*)\)?\s*$/.exec(
    specifier,
  );
  if (!found?.[1]) throw new Error(`"${text}" is not a requirement.`);
  return { name: found[1], versions: (found[2] ?? '').replaceAll(/\s/g, '') };
}

/** Tells whether a version fits a list such as "<13.0,>=12.5.3.2". Pre-releases fit nothing. */
export function fitsVersions(version: string, versions: string): boolean {
  if (!/^\d+(\.\d+)*(\.?post\d+)?$/.test(version)) return false;
  return versions
    .split(',')
    .filter((clause) => clause !== '')
    .every((clause) => fitsClause(version, clause));
}

function fitsClause(version: string, clause: string): boolean {
  const [, operator, bound = ''] = /^(==|!=|<=|>=|<|>)(.+)$/.exec(clause) ?? [];
  const order = compareVersions(version, bound);
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    default:
      throw new Error(`"${clause}" is not a version clause that prep-lab knows.`);
  }
}

/** Orders versions by their numbers; missing ones count as 0, so that 2.21 equals 2.21.0. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [numbersOf(left), numbersOf(right)];
  for (let place = 0; place < Math.max(a.length, b.length); place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}

/** Returns a package's name as file names and indexes compare it. Source: PEP 503. */
export function normaliseName(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}
