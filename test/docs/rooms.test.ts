import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rooms } from '../../.dependency-cruiser.mjs';

/** The rooms as a Mermaid flowchart, which GitHub draws: each stands on those below it. */
function renderPicture(): string {
  const boxes = rooms.map(([name, holds]) => `  ${name}["<b>${name}</b><br>${holds}"]`);
  const arrows = rooms.slice(1).map(([name], index) => `  ${rooms[index]?.[0]} --> ${name}`);
  return ['```mermaid', 'flowchart TD', ...boxes, ...arrows, '```'].join('\n');
}

test('the picture in CONTRIBUTING.md is that of the rules', () => {
  expect(readFileSync('CONTRIBUTING.md', 'utf8')).toContain(renderPicture());
});

test('each folder of src is a room, and each room a folder', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  expect(folders.map(({ name }) => name).sort()).toEqual(rooms.map(([name]) => name).sort());
});
