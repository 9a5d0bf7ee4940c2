import { normaliseName } from './requirement.js';

/** What a wheel's file name says. Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
export interface WheelName {
  /** Normalised: see {@link normaliseName}. */
  readonly name: string;
  readonly version: string;
  readonly pythons: readonly string[];
  readonly platforms: readonly string[];
}

/** Returns the parts of a wheel's file name, or nothing if it is not one. */
export function parseWheelName(file: string): WheelName | undefined {
  if (!file.endsWith('.whl')) return undefined;
  const parts = file.slice(0, -'.whl'.length).split('-');
  const [name, version] = parts;
  const [python, , platform] = parts.slice(-3);
  if (parts.length < 5 || !name || !version || !python || !platform) return undefined;
  return {
    name: normaliseName(name),
    version,
    pythons: python.split('.'),
    platforms: platform.split('.'),
  };
}

/**
 * The Python whose wheels are taken. Any would do, as only the libraries that all of them share are used: a fixed one
 * makes every machine fetch the same file.
 */
export const pythonTag = { version: '3.11', interpreter: 'cp311' };

/** Tells whether a wheel runs here. */
export function runsHere(wheel: WheelName): boolean {
  const here = new Set(platformTags());
  return (
    wheel.pythons.some((python) => [pythonTag.interpreter, 'py3', 'cp3'].includes(python)) &&
    wheel.platforms.some((platform) => here.has(platform))
  );
}

/** glibc 2.27 is what TensorFlow 2.21 asks for; wheels for an older one run too. */
const newestGlibcMinor = 27;

/** Returns the platform tags of wheels for this processor, the newest first. */
export function platformTags(architecture: string = process.arch): string[] {
  const machine = architecture === 'arm64' ? 'aarch64' : 'x86_64';
  const minors = Array.from(
    { length: newestGlibcMinor - 4 },
    (_, index) => newestGlibcMinor - index,
  );
  return [
    ...minors.map((minor) => `manylinux_2_${minor}_${machine}`),
    ...['manylinux2014', 'manylinux2010', 'manylinux1'].map((name) => `${name}_${machine}`),
  ];
}
