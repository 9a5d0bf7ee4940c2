/** The addon begins with a line that only has TensorFlow's number. */
const statusLine = /^Invalid TF_Status: \d+\nMessage: /;

/** How the addon tells of a graph's run. Where ops failed side by side, the first of the errors says what happened. */
const sessionStart = /^Session fail to run with error: (?:\d+ root error\(s\) found\.\n\s*\(0\) )?/;

/** Returns what an error says happened. TensorFlow's messages carry the graph's node on further lines. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.replace(statusLine, '').replace(sessionStart, '');
  return said.split('\n')[0] || 'unknown';
}
