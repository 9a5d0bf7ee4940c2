import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';

const program = fileURLToPath(new URL('train-in-little-memory.mjs', import.meta.url));

/** Trains on 472 MB of images where no more than 256 MB can be had. */
async function trainFrom(where: 'file' | 'memory' | 'corrupted') {
  const folder = await temporaryFolder();
  return promisify(execFile)(process.execPath, [program, folder, where]).catch(
    (error: Error & { readonly stderr: string }) => error,
  );
}

test.skipIf(process.platform !== 'linux')(
  'Images of a file that are larger than the memory train; in memory they do not',
  { timeout: 600_000 },
  async () => {
    const trained = await trainFrom('file');
    if (trained instanceof Error) throw trained;
    expect(JSON.parse(trained.stdout)).toMatchObject({ epoch: 1, trainLoss: expect.any(Number) });
    const failed = await trainFrom('memory');
    expect(failed).toBeInstanceOf(Error);
    expect(failed.stderr).toMatch(
      /Array buffer allocation failed|out of memory|Invalid typed array length/i,
    );
  },
);

test.skipIf(process.platform !== 'linux')(
  'and a network is judged on many, corrupted',
  { timeout: 600_000 },
  async () => {
    const judged = await trainFrom('corrupted');
    if (judged instanceof Error) throw judged;
    expect(JSON.parse(judged.stdout)).toMatchObject({
      imageCount: 240,
      accuracy: expect.any(Number),
    });
  },
);
