import { escapeXml } from '../text/escape-xml.js';
import { toPlainText } from '../text/plain-text.js';
import { wrapText } from '../text/wrap.js';

const ink = '#1a1a1a';
export const grey = '#5f6368';

/** Width of a character as a share of the font's size: more than most have, so that estimated texts fit. */
const characterWidth = 0.57;

export interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour?: string;
  readonly weight?: 400 | 600;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Renders one line of text; `y` is its baseline. Control characters and markup in it do nothing. */
export function renderText(text: string, style: TextStyle): string {
  const { x, y, size, colour = ink, weight = 400, anchor = 'start' } = style;
  const font = `font-family="Inter" font-size="${size}" font-weight="${weight}"`;
  const place = `x="${x}" y="${y}" fill="${colour}" text-anchor="${anchor}"`;
  return `<text ${place} ${font}>${escapeXml(toPlainText(text))}</text>`;
}

/** Returns about how wide a text will be. */
export function estimateWidth(text: string, size: number): number {
  return Math.ceil(toPlainText(text).length * size * characterWidth);
}

/** Breaks a text into lines of a width in pixels; what does not fit into `most` lines ends in "...". */
export function fitText(
  text: string,
  size: number,
  { width, most }: { width: number; most: number },
) {
  const characters = Math.max(4, Math.floor(width / (size * characterWidth)));
  const lines = wrapText(toPlainText(text), characters);
  if (lines.length <= most) return lines;
  const last = lines[most - 1] ?? '';
  return [...lines.slice(0, most - 1), `${last.slice(0, characters - 3)}...`];
}
