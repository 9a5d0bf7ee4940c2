import { createInterface } from 'node:readline/promises';

/** Asks a question on the terminal; false where there is none, and for all but "y" and "yes". */
export async function askYesOrNo(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  // Line by line: as a terminal, it would swallow the Ctrl-C that leaves at once.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
