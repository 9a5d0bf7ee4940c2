import type { RecordedOp } from '../recording.js';
import type { OpIndex } from './op-index.js';

/** Several ops for which one stands, in the place of one of them. */
export interface Replacement {
  readonly replaced: readonly RecordedOp[];
  readonly at: RecordedOp;
  readonly by: RecordedOp;
}

/** Finds ops of a step for which one of prep-lab's own kernels can stand. */
export type Fusion = (index: OpIndex) => readonly Replacement[];
