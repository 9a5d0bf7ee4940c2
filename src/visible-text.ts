/** Control, direction, separator and half characters: a terminal obeys them, or shows nothing. */
const invisible =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Returns text that is one line and safe on a terminal: what nobody would see is written as in JSON. */
export function escapeInvisible(text: string): string {
  return text.replace(
    invisible,
    (character) =>
      short[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Longer than any path; what is longer hides what else a line says. */
const longestLine = 5000;

/** Returns text as one line for a terminal: what is invisible is written as in JSON, and a middle too long is cut out. */
export function renderLine(text: string): string {
  const line = escapeInvisible(text);
  if (line.length <= longestLine) return line;
  const end = 300;
  const length = line.length.toLocaleString('en-US');
  return `${line.slice(0, end)}... (${length} characters in all) ...${line.slice(-end)}`;
}
