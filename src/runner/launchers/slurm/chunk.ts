import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from '../../../user-error.js';
import { handedTrialSchema } from '../../handed-trial.js';

const format = 'prep-lab chunk';

/** The trials of one task, as a run writes them for it. */
const chunkSchema = z.object({
  format: z.literal(format),
  version: z.literal(1),
  /** The results folder, absolute. */
  out: z.string(),
  /** Options of the run that are a task's too, by their names in the program. */
  flags: z.record(z.string(), z.unknown()),
  threads: z.int().min(1),
  device: z.enum(['cpu', 'gpu']),
  execution: z.enum(['graph', 'eager']),
  trials: z.array(handedTrialSchema).min(1),
});

export type Chunk = z.output<typeof chunkSchema>;

/** Renders a chunk as the text of its file. */
export function renderChunk(chunk: Omit<Chunk, 'format' | 'version'>): string {
  return `${JSON.stringify({ format, version: 1, ...chunk })}\n`;
}

/** Reads a chunk's file. @throws UserError */
export async function readChunk(file: string): Promise<Chunk> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unusable(file, `cannot be read (${error.code})`, error);
  });
  const parsed = chunkSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw unusable(file, 'is not a chunk that this prep-lab reads', parsed.error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unusable(file: string, what: string, cause: unknown): UserError {
  return new UserError(`"${file}" ${what}.`, {
    hint: 'give the run that submitted it again: it writes new ones for what is missing.',
    cause,
  });
}
