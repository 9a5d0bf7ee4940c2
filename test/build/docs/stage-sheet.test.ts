import { readFile } from 'node:fs/promises';
import { decode } from 'fast-png';
import { beforeAll, expect, test } from 'vitest';
import { readCifar10 } from '#prep-lab/cifar10/dataset.js';
import { startEngine } from '#prep-lab/engine/start.js';
import { silentProgress } from '#prep-lab/progress.js';
import {
  createStageSheet,
  drawStageSheet,
  placeOf,
  type SheetCell,
  sheetFile,
} from '../../../build/docs/stage-sheet.js';
import { findEngine } from '../../../src/engine/install/engine.js';
import { stages } from '../../../src/stages/list.js';
import { cachedData } from '../../cifar10/cached-data.js';

let cells: SheetCell[];

beforeAll(async () => {
  if (!(await findEngine('cpu'))) throw new Error('No engine: run "npx prep-lab setup" first.');
  await startEngine({ device: 'cpu', progress: silentProgress });
  cells = createStageSheet(await readCifar10(await cachedData()));
}, 180_000);

/** Another processor may round a value otherwise, and a value at a level's edge then takes the next level. */
const roundingLevels = 2;
const mostOthers = 0.005;

test('the sheet of docs/stages.md shows what every stage of today does', async () => {
  expect(cells.map(({ name }) => name)).toEqual(stages.map(({ name }) => name));
  const file = await readFile(sheetFile);
  expect(file.length).toBeLessThan(1e6);
  const stored = decode(file);
  const drawn = await drawStageSheet(cells);
  expect([stored.width, stored.height, stored.channels]).toEqual([drawn.width, drawn.height, 3]);
  const shareOfOthers = (index: number) => {
    const { x, y, width, height } = placeOf(index);
    let others = 0;
    for (let row = y; row < y + height; row++) {
      for (let pixel = row * drawn.width + x; pixel < row * drawn.width + x + width; pixel++) {
        const isOther = [0, 1, 2].some((channel) => {
          const [before, now] = [
            stored.data[3 * pixel + channel],
            drawn.pixels[4 * pixel + channel],
          ];
          return Math.abs((before ?? 0) - (now ?? 0)) > roundingLevels;
        });
        if (isOther) others++;
      }
    }
    return others / (width * height);
  };
  const changed = cells.filter(({ name }, index) => {
    // An eigenvector has no sign of its own.
    return name !== 'pca-whitening' && shareOfOthers(index) > mostOthers;
  });
  expect(changed.map(({ name }) => `${name}: "npm run docs" renews the sheet`)).toEqual([]);
});
