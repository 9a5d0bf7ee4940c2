import { exitCodes } from '../user-error.js';

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  trialFailed: 'a trial failed',
  usage: 'wrong usage or configuration',
  comparisonFailed: 'a comparison or threshold failed',
  resultsInUse: 'the results folder is in use',
  storage: 'storage: no space, no permission, no write',
  engine: 'engine or device',
  cannotResume: 'cannot resume: corrupt or foreign checkpoint',
  data: 'data: missing, altered or not to be fetched',
  bug: 'a bug in prep-lab',
  hungUp: 'stopped by SIGHUP (the terminal was closed)',
  interrupted: 'stopped by SIGINT (Ctrl+C)',
  terminated: 'stopped by SIGTERM',
};

/** Renders the exit codes for the help. */
export function renderExitCodes(): string {
  const lines = Object.entries(exitCodes).map(
    ([name, code]) => `  ${String(code).padEnd(5)}${meanings[name as keyof typeof exitCodes]}`,
  );
  return `Exit codes:\n${lines.join('\n')}`;
}
