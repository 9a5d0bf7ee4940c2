/** Long enough for a busy disk or a short sleep, short enough to wait for a machine that went down. */
const defaultSeconds = 60;

/**
 * Returns how long the holder of a lease may be silent: what is asked for, else `PREP_LAB_LEASE_SECONDS`, else 60.
 * Processes with different times go by the longer one.
 */
export function leaseSeconds({ leaseSeconds: asked }: { readonly leaseSeconds?: number }): number {
  const fromEnvironment = Number(process.env.PREP_LAB_LEASE_SECONDS);
  return asked ?? (fromEnvironment > 0 ? fromEnvironment : defaultSeconds);
}
