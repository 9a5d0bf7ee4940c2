import { readdir } from 'node:fs/promises';
import { renderMarkdownTable } from '#prep-lab/report/markdown-table.js';
import { readResults } from '#prep-lab/results/read-results.js';

const resultsFolder = 'results';

/** What is compared with what, where the files of the experiments do not say it. */
const controls: Readonly<Record<string, string>> = {
  robustness: 'minmax',
  study: 'minmax',
};

/** Lists the tables beside the results that this repository holds, by the name of their folder. */
export async function listResultsTables(): Promise<{ name: string; file: string }[]> {
  const entries = await readdir(resultsFolder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, file: `${resultsFolder}/${name}/table.md` }));
}

/** Renders one of them in the words of today's program. */
export async function renderResultsTable(name: string): Promise<string> {
  const control = controls[name];
  const results = await readResults(`${resultsFolder}/${name}`);
  return renderMarkdownTable(results, control === undefined ? {} : { control });
}
