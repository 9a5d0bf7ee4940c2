import { exitCodes, UserError } from '../../user-error.js';

/** The oldest glibc that TensorFlow's wheels run on (manylinux_2_27). */
const oldestGlibc = [2, 27] as const;

/**
 * Refuses a Linux that TensorFlow's libraries cannot run on: musl (Alpine) or an old glibc.
 * @throws UserError (engine)
 */
export function requireGlibc(version: string | undefined = glibcVersion()): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major > oldestGlibc[0] || (major === oldestGlibc[0] && minor >= oldestGlibc[1])) return;
  const received = version ? `glibc ${version}` : 'another C library';
  throw new UserError(
    `TensorFlow needs glibc ${oldestGlibc.join('.')} or newer, received ${received}.`,
    {
      hint: 'Use a newer Linux with glibc, such as Debian, Ubuntu or Fedora.',
      exitCode: exitCodes.engine,
    },
  );
}

/** Returns the version of the C library that this Node runs on; nothing on musl. */
function glibcVersion(): string | undefined {
  const report = process.report?.getReport() as
    | { readonly header?: { readonly glibcVersionRuntime?: string } }
    | undefined;
  return report?.header?.glibcVersionRuntime;
}
