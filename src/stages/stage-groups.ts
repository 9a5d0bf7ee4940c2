import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import type { Sampling, Stage } from './stage.js';

/**
 * Composes affine maps into one that stands for applying the first, then the second, and so on.
 * Shape: each float32 [N, 8], rows [a0, a1, a2, b0, b1, b2, 0, 0]; the result too.
 * Formula: M = M_first * ... * M_last as 3x3 matrices: they map output to input pixels, so the last one acts first.
 * The products are element-wise and summed, not a matrix multiplication: a GPU may round those to TF32's ten bits,
 * which moves pixels.
 */
export function composeTransforms(transforms: readonly Tensor[]): Tensor {
  const tf = tensorflow();
  const [first, ...others] = transforms;
  if (!first) throw new Error('There are no transforms to compose.');
  if (others.length === 0) return first.clone();
  return tf.tidy(() => {
    const count = first.shape[0] ?? 1;
    const corner = tf.ones([count, 1]);
    const matrix = (rows: Tensor) => tf.concat([rows, corner], 1);
    const product = others.reduce((left: Tensor, rows) => {
      const columns = left.reshape([count, 3, 3, 1]);
      return columns.mul(matrix(rows).reshape([count, 1, 3, 3])).sum(2);
    }, matrix(first));
    return product.reshape([count, 9]).slice([0, 0], [count, 8]);
  });
}

/** A stage and its place in the pipeline. */
export interface PlacedStage {
  readonly stage: Stage;
  readonly index: number;
}

/** Stages that are applied in one go. */
export interface StageGroup {
  readonly members: readonly PlacedStage[];
  /** Set where the members share one resampling. */
  readonly sampling?: Sampling;
}

/**
 * Joins neighbouring geometric stages; all others stay alone.
 * `once`: those that read their images in the same way share one resampling. `each`: one resampling stays one, but
 * takes in flips beside it, which move whole pixels: the same images, to rounding.
 * A stage that names no sampling, such as a flip, goes with any neighbour; flips alone need no resampling.
 */
export function groupStages(
  placed: readonly PlacedStage[],
  resampling: 'each' | 'once',
): StageGroup[] {
  const groups: StageGroup[] = [];
  for (const member of placed) {
    const last = groups.at(-1);
    const joined = last && joinGroup(last, member, resampling);
    if (joined) groups[groups.length - 1] = joined;
    else groups.push(startGroup(member));
  }
  return groups.flatMap((group) => (group.sampling ? [group] : group.members.map(startGroup)));
}

function startGroup(member: PlacedStage): StageGroup {
  const sampling = member.stage.geometry?.sampling;
  return sampling ? { members: [member], sampling } : { members: [member] };
}

function joinGroup(
  group: StageGroup,
  member: PlacedStage,
  resampling: 'each' | 'once',
): StageGroup | undefined {
  const isGeometric = group.members.every(({ stage }) => stage.geometry);
  const { geometry } = member.stage;
  // What makes versions may have to do so by itself.
  if ([...group.members, member].some(({ stage }) => stage.makesVersions)) return undefined;
  if (!isGeometric || !geometry || !agree(group.sampling, geometry.sampling)) return undefined;
  if (resampling === 'each' && !takesInFlips(group.sampling, geometry.sampling)) return undefined;
  const members = [...group.members, member];
  const sampling = group.sampling ?? geometry.sampling;
  return sampling ? { members, sampling } : { members };
}

function agree(one: Sampling | undefined, other: Sampling | undefined): boolean {
  if (!one || !other) return true;
  const fillsAlike = one.fillMode !== 'constant' || one.fillValue === other.fillValue;
  return one.fillMode === other.fillMode && one.interpolation === other.interpolation && fillsAlike;
}

/**
 * Tells whether at most one of two neighbours resamples, and continuously: where values jump (at the seam of "wrap", half
 * way between pixels with "nearest"), the rounding of composed coordinates could move a pixel.
 */
function takesInFlips(one: Sampling | undefined, other: Sampling | undefined): boolean {
  if (one && other) return false;
  const sampling = one ?? other;
  return !sampling || (sampling.interpolation === 'bilinear' && sampling.fillMode !== 'wrap');
}
