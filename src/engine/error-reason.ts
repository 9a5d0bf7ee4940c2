/** The addon begins with a line that only has TensorFlow's number. */
const statusLine = /^Invalid TF_Status: \d+\nMessage: /;

/** Returns what an error says happened. TensorFlow's messages carry the graph's node on further lines. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(statusLine, '').split('\n')[0] || 'unknown';
}
