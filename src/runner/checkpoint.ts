import { join } from 'node:path';
import { z } from 'zod';
import { requireResultSpace } from '../storage/disk-space.js';
import { requireLease } from '../storage/lease.js';
import { writeSealedFolder } from '../storage/sealed-folder.js';
import { asStorageError } from '../storage/storage-error.js';
import { decodeTrainingState, encodeTrainingState } from '../training/checkpoint/encode.js';
import type { TrainingState } from '../training/checkpoint/state.js';
import { cannotResume } from '../training/checkpoint/stored-tensor.js';
import {
  checkpointKind,
  keepNewest,
  nameCheckpoint,
  readNewestCheckpoint,
} from './store/checkpoint-folders.js';

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

/** Where one trial keeps its checkpoints. */
export interface TrialCheckpoints {
  /**
   * Returns the newest checkpoint that is whole, or nothing if there never was one. `damaged` tells of newer ones that
   * had to be passed over.
   * @throws UserError (cannot resume) if there are some and none can be used.
   */
  read(): Promise<{ readonly checkpoint?: Checkpoint; readonly damaged: readonly string[] }>;
  /** Writes a checkpoint and removes all but the newest two. @throws UserError (storage, results in use) */
  write(checkpoint: Checkpoint): Promise<void>;
  /** @throws UserError (storage) if the disk has no room for the checkpoints of a training with so many bytes of state. */
  requireSpace(stateBytes: number): Promise<void>;
}

export interface CheckpointsFolder {
  /** The trial's folder. */
  readonly folder: string;
  readonly key: string;
  /** Proves that this process' runner still has the trial. */
  readonly leaseToken: string;
}

/** Two are kept, and a third is written before the oldest goes. */
const checkpointsAtOnce = 3;

/** Opens the checkpoints in a trial's folder; nothing is read or made yet. */
export function openCheckpoints({ folder, key, leaseToken }: CheckpointsFolder): TrialCheckpoints {
  const parent = join(folder, 'checkpoints');
  return {
    async read() {
      const { files, damaged } = await readNewestCheckpoint(parent, key);
      return files ? { checkpoint: decodeCheckpoint(files), damaged } : { damaged };
    },
    async write(checkpoint) {
      const files = encodeCheckpoint(checkpoint);
      const guard = () => requireLease(folder, leaseToken);
      const name = nameCheckpoint(checkpoint.state);
      await writeSealedFolder(join(parent, name), { kind: checkpointKind, key, files, guard });
      await keepNewest(parent, name);
    },
    async requireSpace(stateBytes) {
      const neededBytes = stateBytes * checkpointsAtOnce;
      await requireResultSpace(folder, { neededBytes, purpose: 'checkpoints' }).catch(
        (error: unknown) => {
          throw asStorageError(error, folder);
        },
      );
    },
  };
}
