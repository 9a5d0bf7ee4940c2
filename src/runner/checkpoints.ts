import { join } from 'node:path';
import { requireResultSpace } from '../storage/free-space.js';
import { requireLease } from '../storage/lease.js';
import { writeSealedFolder } from '../storage/sealed-folder.js';
import { asStorageError } from '../storage/storage-error.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import {
  checkpointKind,
  keepNewest,
  nameCheckpoint,
  readNewestCheckpoint,
} from './store/checkpoint-folders.js';

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
