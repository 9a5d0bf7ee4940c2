import { exitCodes, UserError } from '../user-error.js';

/** As TensorFlow, its addon (status 8 is RESOURCE_EXHAUSTED), C++, V8, WebAssembly and the dynamic linker say it. */
const lackOfMemory =
  /out of memory|process OOM|OOM when allocating|resource[_ ]exhausted|TF_Status: 8\b|bad_alloc|allocation failed|cannot allocate/i;

/** Whether a message tells that there was too little memory. */
export function isLackOfMemory(text: string): boolean {
  return lackOfMemory.test(text);
}

/** A run got by with 128 and not with 100: Node reads modules side by side. */
const neededFiles = 256;

/**
 * Returns the user's error for what the machine or "ulimit" does not give: open files or memory. Nothing if `error` is
 * something else.
 */
export function toLimitError(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || error instanceof UserError) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EMFILE' || code === 'ENFILE') return tooManyFiles(error, code);
  if (code !== 'ENOMEM' && !isLackOfMemory(error.message)) return undefined;
  return new UserError(`There is too little memory: ${error.message.replace(/\.$/, '')}.`, {
    hint: 'Free some, use fewer --jobs, or raise "ulimit -v" and what the container may have.',
    cause: error,
    exitCode: exitCodes.engine,
  });
}

function tooManyFiles(cause: Error, code: string): UserError {
  const limit = readLimit('open_files');
  const allowed = limit === undefined ? '' : `: "ulimit -n" allows ${limit}`;
  return new UserError(`Too many files are open (${code})${allowed}.`, {
    hint: `Raise the limit with "ulimit -n ${neededFiles}".`,
    cause,
    exitCode: exitCodes.storage,
  });
}

/** Returns the seconds of CPU time that each process may use ("ulimit -t"); nothing without a limit. */
export function readCpuLimit(): number | undefined {
  return readLimit('cpu_time_seconds');
}

/** Reads a soft limit of this process, without opening a file. */
function readLimit(name: 'open_files' | 'cpu_time_seconds'): number | undefined {
  const { userLimits } = process.report.getReport() as Report;
  const limit = userLimits?.[name]?.soft;
  return typeof limit === 'number' ? limit : undefined;
}

/** The part of Node's diagnostic report that is used; Windows has no limits. */
interface Report {
  readonly userLimits?: Readonly<Record<string, { readonly soft: number | string }>>;
}
