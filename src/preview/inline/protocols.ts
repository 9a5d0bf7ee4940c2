import { type Bitmap, encodePng } from '../../drawing/bitmap.js';
import { UserError } from '../../user-error.js';
import { askTerminal } from './ask-terminal.js';
import { findProtocol } from './find-protocol.js';

/** How a terminal wants to be given pictures. */
export type InlineProtocol = 'kitty' | 'iterm2' | 'sixel';

/** Bytes of base64 in one of kitty's commands, by its documentation. */
const kittyChunk = 4096;

/** Colours of a sixel picture; the most that terminals have in common. */
const sixelColours = 256;

/**
 * Returns the protocol that the user named, or the one that the terminal understands.
 * @throws UserError if it understands none.
 */
export async function chooseProtocol(wanted: InlineProtocol | true): Promise<InlineProtocol> {
  if (wanted !== true) return wanted;
  if (!process.stdout.isTTY) {
    throw new UserError('--inline needs a terminal, but stdout is not one.', {
      hint: 'write the sheet to a file with "-o preview.png", or name the protocol: --inline kitty.',
    });
  }
  const answer = await askTerminal(process.stdin, process.stdout);
  const protocol = findProtocol({ answer, environment: process.env });
  if (protocol) return protocol;
  throw new UserError('This terminal does not say that it can show pictures.', {
    hint: 'write the sheet to a file with "-o preview.png", or name the protocol: --inline sixel.',
  });
}

/** Renders a picture as the characters that make a terminal show it, and a line break. */
export async function renderInline(bitmap: Bitmap, protocol: InlineProtocol): Promise<string> {
  if (protocol === 'sixel') {
    const { image2sixel } = await import('sixel');
    const { pixels, width, height } = bitmap;
    return `${image2sixel(pixels, width, height, sixelColours)}\n`;
  }
  const png = Buffer.from(encodePng(bitmap));
  return protocol === 'kitty' ? renderKitty(png) : renderIterm2(png);
}

/** Source: kitty's terminal graphics protocol: a=T shows at once, f=100 is PNG, m=1 says that more follows. */
function renderKitty(png: Buffer): string {
  const base64 = png.toString('base64');
  const chunks: string[] = [];
  for (let start = 0; start < base64.length; start += kittyChunk) {
    const isFirst = start === 0;
    const more = start + kittyChunk < base64.length ? 1 : 0;
    const control = isFirst ? `a=T,f=100,q=2,m=${more}` : `m=${more}`;
    chunks.push(`\u001b_G${control};${base64.slice(start, start + kittyChunk)}\u001b\\`);
  }
  return `${chunks.join('')}\n`;
}

/** Source: iTerm2's inline images protocol. */
function renderIterm2(png: Buffer): string {
  const options = `inline=1;size=${png.length};width=auto;preserveAspectRatio=1`;
  return `\u001b]1337;File=${options}:${png.toString('base64')}\u0007\n`;
}
