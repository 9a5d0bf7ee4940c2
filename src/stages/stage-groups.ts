import type { Sampling, Stage } from './stage.js';

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
