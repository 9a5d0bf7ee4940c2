import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { writeLargeResults } from '../report/large-results.js';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

/** Prints the largest memory that the program had, in MB, as its last line. */
const hook = `process.on('exit', () => {
  process.stderr.write(\`\${Math.round(process.resourceUsage().maxRSS / 1024)}\\n\`);
});`;

// Measured: report 560 MB and 7 s of computing, plot 520 MB and 4 s. Reading the results takes 350 MB of it.
test('report and plot of 10,000 trials take less than 600 MB, and their files stay small', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'results'));
  await writeFile(join(folder, 'memory.mjs'), hook);
  await writeLargeResults(join(folder, 'results', 'results.json'), { arms: 2000, seeds: 5 });
  const environment = {
    NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'memory.mjs')).href}`,
  };
  for (const [command, file, bytes] of [
    [['report', '--no-pictures'], 'page.html', 6e6],
    [['plot', 'accuracy'], 'accuracy.png', 1e6],
    [['plot', 'learning-curves'], 'curves.svg', 2e6],
  ] as const) {
    const parameters = [...command, '-o', file];
    const { exitCode, stderr } = await runProgram(parameters, { folder, environment });
    expect(exitCode).toBe(0);
    expect(Number(stderr.trim().split('\n').at(-1))).toBeLessThan(600);
    expect((await stat(join(folder, file))).size).toBeLessThan(bytes);
  }
}, 300_000);
