import type { InlineProtocol } from './protocols.js';

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
