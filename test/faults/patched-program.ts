import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { programFile } from '../cli/run-program.js';
import { temporaryFolder } from '../temporary-folder.js';

/**
 * Copies the built program and replaces texts in one of its files, to take a protection out of it. Returns the file to
 * start. Fails if a text is not there: else a control would no longer control anything.
 */
export async function patchedProgram(
  file: string,
  ...edits: readonly (readonly [text: string, replacement: string])[]
): Promise<string> {
  const copy = await temporaryFolder();
  const project = dirname(dirname(programFile));
  await cp(dirname(programFile), join(copy, 'dist'), { recursive: true });
  await cp(join(project, 'package.json'), join(copy, 'package.json'));
  for (const name of ['node_modules', 'src']) await symlink(join(project, name), join(copy, name));
  const path = join(copy, 'dist', file);
  let source = await readFile(path, 'utf8');
  for (const [text, replacement] of edits) {
    expect(source).toContain(text);
    source = source.replaceAll(text, replacement);
  }
  await writeFile(path, source);
  return join(copy, 'dist', 'bin.js');
}
