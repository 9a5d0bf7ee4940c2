import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.js';

const program = fileURLToPath(new URL('decode-in-little-memory.mjs', import.meta.url));

/** Decodes 189 MB of images where no more than 96 MB can be had. */
async function decodeFrom(where: 'npz' | 'idx' | 'memory') {
  const folder = await temporaryFolder();
  return promisify(execFile)(process.execPath, [program, folder, where]).catch(
    (error: Error & { readonly stderr: string }) => error,
  );
}

test.skipIf(process.platform !== 'linux').each(['npz', 'idx'] as const)(
  'A file of %s that is larger than the memory is decoded',
  { timeout: 300_000 },
  async (format) => {
    const decoded = await decodeFrom(format);
    if (decoded instanceof Error) throw decoded;
    expect(JSON.parse(decoded.stdout)).toMatchObject({ height: 512, train: 192, test: 48 });
  },
);

test.skipIf(process.platform !== 'linux')(
  'in memory there is no room for it',
  { timeout: 300_000 },
  async () => {
    const failed = await decodeFrom('memory');
    expect(failed).toBeInstanceOf(Error);
    expect(failed.stderr).toMatch(/Array buffer allocation failed|out of memory|ENOMEM/i);
  },
);
