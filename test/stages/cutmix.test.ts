import { beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { mixWith, sharesOf } from './mix.js';

beforeAll(async () => {
  await loadTestEngine();
});

/** Two images of 4 x 6 pixels, one of zeros and one of ones; returns what the first became, row by row. */
function cut(options: object, draw: Record<string, number[]>) {
  const stage = createListedStage({ name: 'cutmix', ...options });
  const values = [...Array<number>(24).fill(0), ...Array<number>(24).fill(1)];
  const mixed = mixWith(
    stage,
    { images: { shape: [2, 4, 6, 1], values }, labels: sharesOf([0, 1], 2) },
    draw,
  );
  const rows = [0, 1, 2, 3].map((row) => mixed.images.slice(6 * row, 6 * row + 6).join(''));
  return { rows, labels: mixed.labels[0]?.map((share) => Math.round(share * 1e6) / 1e6) };
}

describe('cutmix', () => {
  test('puts a box of the partner about a place, and mixes the labels by its area', () => {
    expect(cut({}, { lambda: [0.75], row: [0.5], column: [0.5] })).toEqual({
      rows: ['000000', '001100', '001100', '000000'],
      labels: [20 / 24, 4 / 24].map((share) => Math.round(share * 1e6) / 1e6),
    });
  });

  test('counts what the border leaves of the box', () => {
    expect(cut({}, { lambda: [0.25], row: [0], column: [0.99] })).toEqual({
      rows: ['000111', '000000', '000000', '000000'],
      labels: [0.875, 0.125],
    });
  });

  test('has even sides, odd ones too for timm, and any for Keras', () => {
    const draw = { lambda: [0.75], row: [0.5], column: [0.5] };
    expect(cut({ dialect: 'paper', partner: 'flip' }, draw).rows[1]).toBe('001100');
    expect(cut({ dialect: 'timm' }, draw).rows).toEqual(['000000', '001110', '001110', '000000']);
    const keras = { dialect: 'keras', lambda: 'batch', partner: 'flip' };
    expect(cut(keras, draw)).toEqual({
      rows: ['000000', '001110', '001110', '000000'],
      labels: [0.75, 0.25],
    });
  });

  test('keeps the box of Keras inside of the image, and mixes by its unrounded area', () => {
    const keras = { dialect: 'keras', lambda: 'batch', partner: 'flip' };
    expect(cut(keras, { lambda: [0.5], row: [1], column: [0] })).toEqual({
      rows: ['000000', '000000', '111110', '111110'],
      labels: [0.5, 0.5],
    });
  });

  test('has a box for each image where each has its lambda', () => {
    const draw = { lambda: [0, 1], row: [0.5, 0.5], column: [0.5, 0.5] };
    expect(cut({ lambda: 'image' }, draw).rows).toEqual(Array(4).fill('111111'));
  });
});
