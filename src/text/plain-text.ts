/** Control, format (direction marks, joiners), separator and half characters: a terminal or a reader obeys them. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Longest text that a table takes from a file or an error. */
const longestText = 400;

/** Returns text that is safe to print on one line: names and reasons may come from anybody's file or plug-in. */
export function toPlainText(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(invisible, '?');
  return line.length > longestText ? `${line.slice(0, longestText - 3)}...` : line;
}
