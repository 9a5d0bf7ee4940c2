import stringWidth from 'string-width';

/** Returns how many terminal columns a text takes: wide characters two, accents that combine and controls none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Returns the words of a text, each with the space after it; a number keeps its "%". */
export function breakAtSpaces(text: string): string[] {
  return text.split(/(?<= )(?!%)/);
}

/** Returns the parts of a word: after hyphens between letters. */
export function breakAtHyphens(word: string): string[] {
  return word.split(/(?<=[a-z]-)(?=[a-z])/i);
}

/** Breaks a text into lines of at most `width` columns; a longer word is broken at its hyphens, and cut if need be. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const parts = breakAtSpaces(text).flatMap((word) =>
    widthOf(word.trimEnd()) > width ? breakAtHyphens(word) : [word],
  );
  for (const part of parts) {
    if (widthOf((line + part).trimEnd()) <= width) {
      line += part;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = cutText(part, width);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line].map((each) => each.trimEnd());
}

function cutText(text: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of text) {
    if (piece !== '' && widthOf((piece + character).trimEnd()) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
