import stringWidth from 'string-width';

/** Returns how many terminal columns a text takes: wide characters two, accents that combine and controls none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Returns the parts that a text may be broken into: after spaces, and after hyphens between letters. */
export function breakText(text: string): string[] {
  return text.split(/(?<= )|(?<=[a-z]-)(?=[a-z])/i);
}

/** Breaks a text into lines of at most `width` columns; a part that is longer is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of breakText(text)) {
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
