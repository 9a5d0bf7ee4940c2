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
 * Joins neighbouring geometric stages that read their images in the same way; all others stay alone.
 * A stage that names no sampling, such as a flip, goes with any neighbour; flips alone need no resampling.
 */
export function groupStages(placed: readonly PlacedStage[]): StageGroup[] {
  const groups: StageGroup[] = [];
  for (const member of placed) {
    const last = groups.at(-1);
    const joined = last && joinGroup(last, member);
    if (joined) groups[groups.length - 1] = joined;
    else groups.push(startGroup(member));
  }
  return groups.flatMap((group) => (group.sampling ? [group] : group.members.map(startGroup)));
}

function startGroup(member: PlacedStage): StageGroup {
  const sampling = member.stage.geometry?.sampling;
  return sampling ? { members: [member], sampling } : { members: [member] };
}

function joinGroup(group: StageGroup, member: PlacedStage): StageGroup | undefined {
  const isGeometric = group.members.every(({ stage }) => stage.geometry);
  const { geometry } = member.stage;
  if (!isGeometric || !geometry || !agree(group.sampling, geometry.sampling)) return undefined;
  const members = [...group.members, member];
  const sampling = group.sampling ?? geometry.sampling;
  return sampling ? { members, sampling } : { members };
}

function agree(one: Sampling | undefined, other: Sampling | undefined): boolean {
  if (!one || !other) return true;
  const fillsAlike = one.fillMode !== 'constant' || one.fillValue === other.fillValue;
  return one.fillMode === other.fillMode && one.interpolation === other.interpolation && fillsAlike;
}
