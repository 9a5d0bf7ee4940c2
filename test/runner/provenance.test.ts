import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { readProvenance } from '../../src/runner/provenance.js';
import { temporaryFolder } from '../temporary-folder.js';

const execute = promisify(execFile);
const start = process.cwd();

afterEach(() => process.chdir(start));

test('A repository is dirty by changed files, not by results that lie beside them', async () => {
  const folder = await temporaryFolder();
  process.chdir(folder);
  const git = (...words: string[]) =>
    execute('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words]);
  await git('init', '-q');
  expect(await readProvenance()).not.toHaveProperty('git');

  await writeFile(join(folder, 'a.json'), '{}');
  await git('add', '.');
  await git('commit', '-q', '-m', 'Add a');
  await writeFile(join(folder, 'results.json'), '{}');
  const commit = (await git('rev-parse', 'HEAD')).stdout.trim();
  expect(await readProvenance()).toMatchObject({ git: { commit, isDirty: false } });

  await writeFile(join(folder, 'a.json'), '[]');
  expect(await readProvenance()).toMatchObject({ git: { commit, isDirty: true } });
});
