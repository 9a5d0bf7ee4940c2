import { type ExitCode, exitCodes } from '../user-error.js';

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  trialFailed: 'a trial failed',
  usage: 'wrong usage or configuration',
  comparisonFailed: 'a comparison or threshold failed; a warning with --strict',
  resultsInUse: 'a trial is in use by another run (--no-wait), or was taken over by one',
  storage: 'storage: no space, no permission, no write',
  engine: 'engine or device',
  cannotResume: 'cannot go on from a checkpoint: damaged, or of another trial (--fresh)',
  data: 'data: missing, altered or not to be fetched',
  bug: 'a bug in prep-lab',
  hungUp: 'stopped by SIGHUP (the terminal was closed)',
  interrupted: 'stopped by SIGINT (Ctrl+C)',
  terminated: 'stopped by SIGTERM',
};

/** Returns the exit codes with what they mean, as help and docs tell them. */
export function listExitCodes(): { readonly code: ExitCode; readonly meaning: string }[] {
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[];
  return names.map((name) => ({ code: exitCodes[name], meaning: meanings[name] }));
}

/** Renders the exit codes for the help. */
export function renderExitCodes(): string {
  const lines = listExitCodes().map(({ code, meaning }) => `  ${String(code).padEnd(5)}${meaning}`);
  return `Exit codes:\n${lines.join('\n')}`;
}
