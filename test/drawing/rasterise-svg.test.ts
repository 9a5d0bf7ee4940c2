import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { encodePng, placeBitmap, stackBitmaps } from '../../src/drawing/bitmap.js';
import { rasteriseSvg } from '../../src/drawing/rasterise-svg.js';
import { escapeXml } from '../../src/text/escape-xml.js';

const svg = (inner: string, size = 'width="40" height="20"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${inner}</svg>`;

test('an SVG is drawn on white, at the zoom that is asked for', async () => {
  const bitmap = await rasteriseSvg(svg('<rect width="20" height="20" fill="#102030"/>'), 2);
  expect([bitmap.width, bitmap.height]).toEqual([80, 40]);
  expect([...bitmap.pixels.subarray(0, 4)]).toEqual([0x10, 0x20, 0x30, 255]);
  expect([...bitmap.pixels.subarray(79 * 4, 80 * 4)]).toEqual([255, 255, 255, 255]);
});

test.each(['Inter', 'no-such-font', 'sans-serif'])('text in %s is drawn', async (family) => {
  const text = `<text y="15" font-family="${family}">±σ</text>`;
  const { pixels } = await rasteriseSvg(svg(text));
  expect(pixels.filter((value) => value < 100).length).toBeGreaterThan(20);
});

test('the same SVG gives the same bytes', async () => {
  const text = svg('<text y="15" font-weight="600">minmax</text>');
  const [one, other] = [await rasteriseSvg(text), await rasteriseSvg(text)];
  expect(Buffer.from(encodePng(one)).equals(encodePng(other))).toBe(true);
});

test('a PNG holds the pixels of pictures that were put below one another', () => {
  const one = { width: 1, height: 1, pixels: Uint8Array.of(1, 2, 3, 255) };
  const two = { width: 2, height: 1, pixels: Uint8Array.of(4, 5, 6, 255, 7, 8, 9, 255) };
  const { width, height, data } = decode(encodePng(stackBitmaps([one, two])));
  expect({ width, height }).toEqual({ width: 2, height: 2 });
  expect([...data]).toEqual([1, 2, 3, 255, 255, 255, 4, 5, 6, 7, 8, 9]);
});

test('a picture is copied to its place', () => {
  const into = { width: 2, height: 2, pixels: new Uint8Array(16) };
  const dot = { width: 1, height: 1, pixels: Uint8Array.of(1, 2, 3, 4) };
  placeBitmap(dot, into, { x: 1, y: 1 });
  expect([...into.pixels]).toEqual([...Array(12).fill(0), 1, 2, 3, 4]);
});

test('hostile text stands in XML as text', async () => {
  const hostile = `</text><image href="x"/>&amp;"'\u0000\u001b[31m\ud800`;
  expect(escapeXml(hostile)).toBe(
    '&lt;/text&gt;&lt;image href=&quot;x&quot;/&gt;&amp;amp;&quot;&#39;??[31m?',
  );
  await expect(rasteriseSvg(svg(`<text>${escapeXml(hostile)}</text>`))).resolves.toBeDefined();
});
