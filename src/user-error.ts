import { renderLine } from './visible-text.js';

/** Exit codes of the process. Documented in `prep-lab --help` and docs/exit-codes.md. */
export const exitCodes = {
  done: 0,
  trialFailed: 1,
  usage: 2,
  comparisonFailed: 3,
  resultsInUse: 4,
  storage: 5,
  engine: 6,
  cannotResume: 7,
  data: 8,
  bug: 70,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface UserErrorOptions {
  /** The next command or edit that helps, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Range: a value of {@link exitCodes}; `usage` (2) if not given. */
  readonly exitCode?: ExitCode;
}

/** A failure that the user can mend: printed as one sentence and a hint, without a stack. All else is a bug. */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  /** @param message One sentence, or several as lines. Names in it may come from anybody: see visible-text.ts. */
  constructor(message: string | readonly string[], options: UserErrorOptions = {}) {
    super([message].flat().map(renderLine).join('\n'), { cause: options.cause });
    this.name = 'UserError';
    this.hint = options.hint === undefined ? undefined : renderLine(options.hint);
    this.exitCode = options.exitCode ?? exitCodes.usage;
  }
}

/** Renders a hint as the line below an error: "Hint: use ...". It begins small, unless with a name such as NVIDIA. */
export function renderHint(hint: string): string {
  return `Hint: ${hint.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())}`;
}
