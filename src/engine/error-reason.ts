/** The addon begins with a line that only has TensorFlow's number. */
const statusLine = /^Invalid TF_Status: \d+\nMessage: /;

/** A graph's run begins with how many errors there are where ops failed side by side; the first says what happened. */
const severalErrors = /^Session fail to run with error: \d+ root error\(s\) found\.\n\s*\(0\) /;

/** Returns what an error says happened. TensorFlow's messages carry the graph's node on further lines. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const said = text.replace(statusLine, '').replace(severalErrors, '');
  return said.split('\n')[0] || 'unknown';
}
