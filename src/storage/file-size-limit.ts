/**
 * Lets a write beyond a limit on the size of files (`ulimit -f`, RLIMIT_FSIZE) fail as on a full disk, with EFBIG.
 * Without a listener the system's signal ends the process before it can say what is wrong.
 */
export function surviveFileSizeLimit(): void {
  process.on('SIGXFSZ', () => {});
}
