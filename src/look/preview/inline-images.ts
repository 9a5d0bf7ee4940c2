import { type Bitmap, encodePng } from '../../drawing/bitmap.js';
import { UserError } from '../../user-error.js';

/** Asks whether kitty's graphics work (a picture of one pixel, not shown), then what kind of terminal it is. */
const question = '\u001b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u001b\\\u001b[c';

/** A terminal over a slow connection needs this long; one that does not know the question says nothing. */
const patienceMilliseconds = 500;

/** Returns what a terminal answers to the question whether it shows pictures; empty where nobody can be asked. */
async function askTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Promise<string> {
  if (!input.isTTY || !output.isTTY) return '';
  const wasRaw = input.isRaw;
  input.setRawMode(true);
  try {
    return await readAnswer(input, () => output.write(question));
  } finally {
    input.setRawMode(wasRaw);
    input.pause();
  }
}

/** Every terminal answers the second part, "ESC [ ? ... c": after it nothing more comes. */
function readAnswer(input: NodeJS.ReadStream, ask: () => void): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const finish = () => {
      clearTimeout(timer);
      input.off('data', take);
      resolve(answer);
    };
    const take = (bytes: Buffer) => {
      answer += bytes.toString('latin1');
      const start = answer.indexOf('\u001b[?');
      if (start >= 0 && answer.indexOf('c', start) > 0) finish();
    };
    const timer = setTimeout(finish, patienceMilliseconds);
    input.on('data', take);
    ask();
  });
}

/**
 * Returns the protocol that a terminal understands. What it answered counts first; iTerm2 and its kin cannot be asked
 * and are known by the environment, unless a multiplexer stands between.
 */
export function findProtocol({
  answer,
  environment,
}: {
  readonly answer: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): InlineProtocol | undefined {
  if (answer.includes('\u001b_Gi=31;OK')) return 'kitty';
  const { TERM_PROGRAM, LC_TERMINAL, TMUX, STY } = environment;
  const isDirect = !TMUX && !STY;
  const isIterm2 = TERM_PROGRAM === 'iTerm.app' || LC_TERMINAL === 'iTerm2';
  if (isDirect && (isIterm2 || TERM_PROGRAM === 'WezTerm')) return 'iterm2';
  return listsSixel(answer) ? 'sixel' : undefined;
}

/** Attribute 4 of a primary device attributes report, "ESC [ ? 62 ; 4 ; 6 c", stands for sixel graphics. */
function listsSixel(answer: string): boolean {
  const start = answer.lastIndexOf('\u001b[?');
  const end = answer.indexOf('c', start);
  if (start < 0 || end < 0) return false;
  return answer
    .slice(start + 3, end)
    .split(';')
    .includes('4');
}

/** How a terminal wants to be given pictures. */
export type InlineProtocol = 'kitty' | 'iterm2' | 'sixel';

/** Bytes of base64 in one of kitty's commands, by its documentation. */
const kittyChunk = 4096;

/** Pixels of a character cell, at the least, on screens of today. */
const leastCellWidth = 8;

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

/**
 * Renders a picture as the characters that make a terminal show it, and a line break.
 * @param columns The terminal's width: a picture that is likely to be wider is shrunk to it. Not so with sixel, which
 * knows no size but its own.
 */
export async function renderInline(
  bitmap: Bitmap,
  protocol: InlineProtocol,
  columns = Number.POSITIVE_INFINITY,
): Promise<string> {
  if (protocol === 'sixel') {
    const { image2sixel } = await import('sixel');
    const { pixels, width, height } = bitmap;
    return `${image2sixel(pixels, width, height, sixelColours)}\n`;
  }
  const png = Buffer.from(encodePng(bitmap));
  const isWide = bitmap.width > columns * leastCellWidth;
  const width = isWide ? columns : undefined;
  return protocol === 'kitty' ? renderKitty(png, width) : renderIterm2(png, width);
}

/** Source: kitty's terminal graphics protocol: a=T shows at once, f=100 is PNG, m=1 says that more follows, c is a width in cells. */
function renderKitty(png: Buffer, width?: number): string {
  const base64 = png.toString('base64');
  const chunks: string[] = [];
  const cells = width === undefined ? '' : `c=${width},`;
  for (let start = 0; start < base64.length; start += kittyChunk) {
    const isFirst = start === 0;
    const more = start + kittyChunk < base64.length ? 1 : 0;
    const control = isFirst ? `a=T,f=100,q=2,${cells}m=${more}` : `m=${more}`;
    chunks.push(`\u001b_G${control};${base64.slice(start, start + kittyChunk)}\u001b\\`);
  }
  return `${chunks.join('')}\n`;
}

/** Source: iTerm2's inline images protocol. */
function renderIterm2(png: Buffer, width: number | 'auto' = 'auto'): string {
  const options = `inline=1;size=${png.length};width=${width};preserveAspectRatio=1`;
  return `\u001b]1337;File=${options}:${png.toString('base64')}\u0007\n`;
}
