import { writeFile } from 'node:fs/promises';
import { encodePng } from '#prep-lab/drawing/bitmap.js';
import { openLaboratory } from '#prep-lab/look/inspection/open-laboratory.js';
import { silentProgress } from '#prep-lab/progress.js';
import { corruptionsFile, drawCorruptions } from './corruptions-picture.js';
import { createFirstPicture, drawFirstPicture, pictureFile, themes } from './first-picture.js';
import { pages, renderPage } from './pages.js';
import { listResultsTables, renderResultsTable } from './results-tables.js';
import { createStageSheet, drawStageSheet, sheetFile } from './stage-sheet.js';

/** Makes the pictures of the docs and the parts of pages that show what the program gives. */
async function makeDocs(): Promise<void> {
  const datasets = [{ name: 'cifar10' }] as const;
  const { readData } = await openLaboratory({ device: 'cpu', datasets, progress: silentProgress });
  const data = await readData(datasets[0]);
  const content = await createFirstPicture(data);
  for (const theme of ['light', 'dark'] as const) {
    const picture = await drawFirstPicture(content, themes[theme]);
    await writeFile(pictureFile(theme), encodePng(picture));
  }
  await writeFile(corruptionsFile, encodePng(await drawCorruptions(data.test)));
  await writeFile(sheetFile, encodePng(await drawStageSheet(createStageSheet(data))));
  for (const { name, file } of await listResultsTables()) {
    await writeFile(file, await renderResultsTable(name));
  }
  for (const page of Object.keys(pages)) await writeFile(page, await renderPage(page));
}

await makeDocs();
