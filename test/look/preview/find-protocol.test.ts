import { expect, test } from 'vitest';
import { findProtocol } from '../../../src/look/preview/inline-images.js';

const kitty = '\u001b_Gi=31;OK\u001b\\\u001b[?62;c';
const sixel = '\u001b[?62;4;22c';
const plain = '\u001b[?1;2c';

test.each([
  [kitty, {}, 'kitty'],
  [sixel, {}, 'sixel'],
  [plain, {}, undefined],
  ['', {}, undefined],
  ['\u001b[?64;14;40c', {}, undefined],
  [plain, { TERM_PROGRAM: 'iTerm.app' }, 'iterm2'],
  [plain, { LC_TERMINAL: 'iTerm2' }, 'iterm2'],
  [sixel, { TERM_PROGRAM: 'WezTerm' }, 'iterm2'],
  [plain, { TERM_PROGRAM: 'iTerm.app', TMUX: '/tmp/tmux' }, undefined],
  [sixel, { LC_TERMINAL: 'iTerm2', TMUX: '/tmp/tmux' }, 'sixel'],
])('a terminal that answers %j in %j has %s', (answer, environment, protocol) => {
  expect(findProtocol({ answer, environment })).toBe(protocol);
});
