import { createHash } from 'node:crypto';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { renderInline } from '../../../src/look/preview/inline-images.js';

// Large and without pattern, so that kitty needs several pieces.
const noise = createHash('shake256', { outputLength: 64 * 64 * 4 }).digest();
const pixels = Uint8Array.from(noise, (value, i) => (i % 4 === 3 ? 255 : value));
const bitmap = { width: 64, height: 64, pixels };

function pngIn(base64: string) {
  const { width, height, data } = decode(Buffer.from(base64, 'base64'));
  return { width, height, first: [...data.subarray(0, 3)] };
}

const expected = { width: 64, height: 64, first: [...pixels.subarray(0, 3)] };

test('kitty gets a PNG in pieces of at most 4,096 characters', async () => {
  const text = await renderInline(bitmap, 'kitty');
  const pieces = text
    .split('\u001b\\')
    .slice(0, -1)
    .map((piece) => piece.replace('\u001b_G', '').split(';'));
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.map(([control]) => control)).toEqual([
    'a=T,f=100,q=2,m=1',
    ...Array(pieces.length - 2).fill('m=1'),
    'm=0',
  ]);
  expect(Math.max(...pieces.map(([, base64 = '']) => base64.length))).toBe(4096);
  expect(pngIn(pieces.map(([, base64]) => base64).join(''))).toEqual(expected);
});

test('iTerm2 gets a PNG with its size', async () => {
  const text = await renderInline(bitmap, 'iterm2');
  const [head = '', base64 = ''] = text.replace('\u0007\n', '').split(':');
  expect(head).toMatch(/]1337;File=inline=1;size=\d+;width=auto;preserveAspectRatio=1$/);
  const size = /size=(\d+)/.exec(head)?.[1];
  expect(Number(size)).toBe(Buffer.from(base64, 'base64').length);
  expect(pngIn(base64)).toEqual(expected);
});

test('sixel has the size of the picture and 256 colours at most', async () => {
  const text = await renderInline(bitmap, 'sixel');
  // The raster attributes carry the size; the colours are numbered from 0.
  expect(text.startsWith('\u001bP')).toBe(true);
  expect(text).toContain('"1;1;64;64');
  expect(text.endsWith('\u001b\\\n')).toBe(true);
  const colours = [...text.matchAll(/#(\d+)/g)].map(([, number]) => Number(number));
  expect(Math.max(...colours)).toBeLessThan(256);
});

test('a picture that is wider than the terminal is shrunk to its columns', async () => {
  expect(await renderInline(bitmap, 'kitty', 5)).toContain('a=T,f=100,q=2,c=5,m=1;');
  expect(await renderInline(bitmap, 'iterm2', 5)).toContain(';width=5;');
  expect(await renderInline(bitmap, 'iterm2', 80)).toContain(';width=auto;');
});
