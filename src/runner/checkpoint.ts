import { z } from 'zod';
import { cannotResume } from '../training/checkpoint/cannot-resume.js';
import { decodeTrainingState, encodeTrainingState } from '../training/checkpoint/encode.js';
import type { TrainingState } from '../training/checkpoint/training-state.js';

/** What the starts of a trial before this one came to. */
export interface TrialPast {
  /** ISO 8601; of the first start. */
  readonly startedAt: string;
  /** Of all starts together. */
  readonly durationSeconds: number;
  /** How often it was continued, this start not counted. */
  readonly resumeCount: number;
}

/** A trial as a checkpoint holds it. */
export interface Checkpoint {
  readonly state: TrainingState;
  readonly past: TrialPast;
}

const pastFile = 'past.json';
const pastSchema = z.strictObject({
  startedAt: z.string(),
  durationSeconds: z.number().min(0),
  resumeCount: z.int().min(0),
});

/** Returns a checkpoint as the files of its folder. */
export function encodeCheckpoint({ state, past }: Checkpoint): Record<string, string | Uint8Array> {
  return { ...encodeTrainingState(state), [pastFile]: JSON.stringify(past) };
}

/**
 * Reads what {@link encodeCheckpoint} returned.
 * @throws UserError (cannot resume) naming what is wrong: another version of prep-lab may have written it.
 */
export function decodeCheckpoint(files: ReadonlyMap<string, Buffer>): Checkpoint {
  const text = (name: string) => files.get(name)?.toString('utf8') ?? '';
  const tensors = files.get('tensors.bin') ?? Buffer.alloc(0);
  return {
    state: decodeTrainingState({ 'state.json': text('state.json'), 'tensors.bin': tensors }),
    past: parsePast(text(pastFile)),
  };
}

function parsePast(text: string): TrialPast {
  try {
    return pastSchema.parse(JSON.parse(text));
  } catch {
    throw cannotResume(`${pastFile} is not of the form that this prep-lab reads`);
  }
}
