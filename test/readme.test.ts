import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stages } from '../src/stages/list.js';

const text = readFileSync('README.md', 'utf8');

test('README has at most 900 words, code, tables and all, and says what prep-lab is in at most 15', () => {
  expect(text.trim().split(/\s+/).length).toBeLessThanOrEqual(900);
  const [, sentence = ''] = /^# prep-lab\n\n(.+)\n/.exec(text) ?? [];
  expect(sentence).toMatch(/^[^.]+\.$/);
  expect(sentence.split(' ').length).toBeLessThanOrEqual(15);
});

test('README shows the picture before anything else', () => {
  expect(text.split('\n').slice(4, 6)).toEqual(['<!-- npm run docs: picture -->', '<picture>']);
});

test('README has at most ten features, each with its page', () => {
  const [, features = ''] = /\n## What it does\n([\s\S]*?)\n## /.exec(text) ?? [];
  const items = features.split(/\n- /).slice(1);
  expect(items.length).toBeGreaterThan(5);
  expect(items.length).toBeLessThanOrEqual(10);
  expect(items.filter((item) => !/\]\([^)]+\.md[^)]*\)/.test(item))).toEqual([]);
});

test('README counts the stages', () => {
  expect(text).toContain(`**[${stages.length} stages](docs/stages.md)**`);
});
