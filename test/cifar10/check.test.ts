import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cachedData } from './cached-data.js';

const module = new URL('../../dist/cifar10/check.js', import.meta.url).href;

test('The six files, 184 MB, are checked in less memory than one of them takes', async () => {
  const program = `import { checkFolder } from '${module}';
const peak = () => process.resourceUsage().maxRSS / 1024;
const before = peak();
const problems = await checkFolder(process.argv[1]);
console.log(JSON.stringify({ problems, megabytes: peak() - before }));`;
  const words = ['--input-type=module', '--eval', program, await cachedData()];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const { problems, megabytes } = JSON.parse(stdout);
  expect(problems).toEqual([]);
  expect(megabytes).toBeLessThan(20);
});
