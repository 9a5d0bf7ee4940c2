import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { asWriteError } from '../../../storage/storage-error.js';
import { makeSyncedFolder, replaceFile } from '../../../storage/sync.js';

/** Chunks that were handed to Slurm together: a folder "slurm/N" in the results folder, with chunks, scripts and logs. */
export interface Submission {
  /** Absolute. */
  readonly folder: string;
  /** Ids of the trials of each chunk, or the name of the work that it is a share of. */
  readonly chunks: readonly (readonly string[])[];
  readonly jobs: readonly SubmittedJob[];
}

/** An array of tasks: its task 0 has the chunk `firstChunk`. */
interface SubmittedJob {
  readonly job: number;
  readonly firstChunk: number;
  readonly taskCount: number;
}

const count = z.int().min(0);
const submissionSchema = z.object({
  format: z.literal('prep-lab slurm submission'),
  version: z.literal(1),
  chunks: z.array(z.array(z.string())),
  jobs: z.array(z.object({ job: count, firstChunk: count, taskCount: count })),
});

const fileName = 'submission.json';

/** Returns the parent of all submissions of a results folder. */
function parentOf(out: string): string {
  return join(out, 'slurm');
}

/** Returns the folder that the next submission gets, unless another run comes first. */
export async function nameNextSubmission(out: string): Promise<string> {
  const names = await readdir(parentOf(out)).catch(() => []);
  const numbers = names.map(Number).filter((number) => number > 0);
  return join(parentOf(out), String(Math.max(0, ...numbers) + 1));
}

/** Makes a submission's folder with its chunks' files. @throws UserError (storage) */
export async function createSubmission(
  out: string,
  chunks: readonly { readonly ids: readonly string[]; readonly text: string }[],
): Promise<Submission> {
  const folder = await makeNextFolder(out);
  try {
    for (const name of ['chunks', 'logs']) await mkdir(join(folder, name));
    await writeChunks(join(folder, 'chunks'), chunks);
  } catch (error) {
    throw asWriteError(error, folder);
  }
  const submission = { folder, chunks: chunks.map(({ ids }) => ids), jobs: [] };
  await writeSubmission(submission);
  return submission;
}

/** Tasks that share their work have one file. */
async function writeChunks(
  folder: string,
  chunks: readonly { readonly text: string }[],
): Promise<void> {
  const written = new Map<string, string>();
  for (const [index, { text }] of chunks.entries()) {
    const name = `${index}.json`;
    const same = written.get(text);
    await (same === undefined
      ? writeFile(join(folder, name), text)
      : symlink(same, join(folder, name)));
    written.set(text, same ?? name);
  }
}

async function makeNextFolder(out: string): Promise<string> {
  await makeSyncedFolder(parentOf(out));
  for (;;) {
    const folder = await nameNextSubmission(out);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw asWriteError(error, folder);
    }
  }
}

/** Stores which jobs a submission has. @throws UserError (storage) */
export async function writeSubmission({ folder, chunks, jobs }: Submission): Promise<void> {
  const stored = { format: 'prep-lab slurm submission', version: 1, chunks, jobs };
  await replaceFile(join(folder, fileName), `${JSON.stringify(stored)}\n`);
}

/** Reads all submissions of a results folder, the first one first. What cannot be read counts as never submitted. */
export async function readSubmissions(out: string): Promise<Submission[]> {
  const names = await readdir(parentOf(out)).catch(() => []);
  const submissions: Submission[] = [];
  for (const name of names.sort((a, b) => Number(a) - Number(b))) {
    const folder = join(parentOf(out), name);
    const text = await readFile(join(folder, fileName), 'utf8').catch(() => '{}');
    const data = parseSubmission(text);
    if (data) submissions.push({ folder, chunks: data.chunks, jobs: data.jobs });
  }
  return submissions;
}

function parseSubmission(text: string) {
  try {
    return submissionSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
