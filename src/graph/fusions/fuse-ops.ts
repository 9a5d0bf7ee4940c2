import { hasOwnKernels } from '../own-kernels.js';
import type { Recording } from '../recording.js';
import { batchNormReluGrad } from './batch-norm-relu-grad.js';
import { biasReluMaxPool } from './bias-relu-max-pool.js';
import { convReluMaxPool } from './conv-relu-max-pool.js';
import { convolution } from './convolution.js';
import type { Fusion } from './fusion.js';
import { createOpIndex } from './op-index.js';

/** In their order: one may build on what another has joined. */
const fusions: readonly Fusion[] = [
  batchNormReluGrad,
  biasReluMaxPool,
  convReluMaxPool,
  convolution,
];

/** Lets prep-lab's own kernels stand for what TensorFlow composes in a step, where they are loaded. */
export function fuseOps(recording: Recording): Recording {
  return hasOwnKernels() ? fusions.reduce(applyFusion, recording) : recording;
}

function applyFusion(recording: Recording, fusion: Fusion): Recording {
  const replacements = fusion(createOpIndex(recording));
  const gone = new Set(replacements.flatMap(({ replaced }) => replaced));
  const standsAt = new Map(replacements.map(({ at, by }) => [at, by]));
  const ops = recording.ops.flatMap((op) => {
    const standing = standsAt.get(op);
    if (standing) return [standing];
    return gone.has(op) ? [] : [op];
  });
  return { ...recording, ops };
}
