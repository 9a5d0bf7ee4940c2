import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes, UserError } from '../../../src/user-error.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { type HostileSource, hostileSources } from './hostile-sources.js';
import { readFiles, useOwnCache } from './read.js';

useOwnCache();

/** What a crash would say, rather than we. */
const crash =
  /undefined|(?<!received )NaN|null|is not a function|is not iterable|Cannot read prop|\[object/;

/** Each image that cannot be used has a line; where there are several shapes, each shape has one. */
const line = /^".+[.]$|^(Images must have one|\d+ more (image|shape)|\d+ x \d+ x \d+: )/;

function isClear(message: string): boolean {
  const lines = message.split('\n');
  const isShort = lines.length <= 12 && message.length < 2000;
  return (
    isShort && (lines.length === 1 || lines.every((one) => line.test(one))) && !crash.test(message)
  );
}

test('there are 200 kinds across the seven formats, no two alike', () => {
  const kinds = hostileSources.map(({ format, kind }) => `${format}, ${kind}`);
  expect(new Set(kinds).size).toBe(kinds.length);
  expect(kinds.length).toBeGreaterThanOrEqual(200);
  expect(new Set(hostileSources.map(({ format }) => format)).size).toBe(7);
});

const formats = [...new Set(hostileSources.map(({ format }) => format))];

test.each(formats)(
  '%s: each ends in a line with code 8, and nothing is lost',
  { timeout: 300_000 },
  async (format) => {
    const complaints: string[] = [];
    for (const source of hostileSources) {
      if (source.format !== format) continue;
      const complaint = await complaintAbout(source);
      if (complaint) complaints.push(`${source.kind}: ${complaint}`);
    }
    expect(complaints).toEqual([]);
  },
);

/** Returns what is wrong with how a source is refused. */
async function complaintAbout({
  format,
  files,
  dataset,
}: HostileSource): Promise<string | undefined> {
  const path = await temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), bytes);
  }
  const error = await readFiles({ format, path, ...dataset }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) return `must be refused, received ${error ?? 'images'}`;
  const { message, exitCode } = error;
  if (exitCode !== exitCodes.data) return `must end with code 8, received ${exitCode}`;
  if (!isClear(message)) return `must be told in a clear line, received ${message}`;
  for (const [name, bytes] of Object.entries(files)) {
    const kept = await readFile(join(path, name));
    if (Buffer.compare(kept, Buffer.from(bytes as Uint8Array)) !== 0) return `"${name}" is lost`;
  }
  const left = await readdir(join(process.env.PREP_LAB_CACHE ?? '', 'datasets')).catch(() => []);
  const half = left.filter((name) => name.endsWith('.json') || name.endsWith('.reading'));
  return half.length > 0 ? `left ${half} in the cache folder` : undefined;
}
