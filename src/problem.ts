import { type ExitCode, exitCodes, renderHint, UserError } from './user-error.js';

/** Something that the user has to mend. */
export interface Problem {
  /** One sentence that ends in a full stop: where, what was expected, what was received. */
  readonly message: string;
  /** The next command or edit that helps, one sentence. */
  readonly hint?: string;
}

/** Returns an error as one of several problems. */
export function toProblem({ message, hint }: UserError): Problem {
  return hint ? { message, hint } : { message };
}

/** More than this many would scroll the first one away. */
const shownProblems = 20;

/** Puts the file's name before each problem and drops what would be too much to read. */
export function problemsOfFile(file: string, problems: readonly Problem[]): Problem[] {
  const shown = problems
    .slice(0, shownProblems)
    .map((problem) => ({ ...problem, message: `${file}: ${problem.message}` }));
  const rest = problems.length - shown.length;
  return rest > 0 ? [...shown, { message: `${file}: ${rest} more problems.` }] : shown;
}

/** Makes one error of all problems, each with its own hint below it. */
export function createProblemsError(
  problems: readonly Problem[],
  exitCode: ExitCode = exitCodes.usage,
): UserError {
  const lines = problems.flatMap(({ message, hint }, index) => {
    const next = problems[index + 1];
    // A hint that several problems share stands below the last of them.
    return hint && next && next.hint !== hint ? [message, renderHint(hint)] : message;
  });
  const hint = problems.at(-1)?.hint;
  return new UserError(lines, { exitCode, ...(hint && { hint }) });
}
