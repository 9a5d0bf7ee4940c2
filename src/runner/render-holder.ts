import type { LeaseHolder } from '../storage/lease.js';

/** Renders who has a trial: "process 17 on node-3, since 2026-01-02T03:04:05Z". */
export function renderHolder({ host, pid, since }: LeaseHolder): string {
  const who = pid === undefined ? 'a process that has just begun' : `process ${pid} on ${host}`;
  return since === undefined ? who : `${who}, since ${since}`;
}
