import { findMismatches } from '../../experiment/range-check.js';
import type { CheckContext } from './check.js';
import { writtenStages } from './fixes.js';

/** A stage for training images that receives other values than it is made for, until a later stage scales them. */
export interface MisplacedStage {
  readonly index: number;
  /** The later stage that belongs before it. */
  readonly scaling: number;
}

/** Returns the stages that fit as soon as a later stage for all images is put before them. */
export function findMisplaced(context: CheckContext): MisplacedStage[] {
  const { experiment, catalogue, stages } = context;
  const mismatches = findMismatches(experiment, catalogue);
  return mismatches.flatMap(({ index }) => {
    if (stages[index]?.stage.when !== 'train') return [];
    const scaling = stages.find((later) => {
      if (later.index < index || later.stage.when !== 'always') return false;
      const preprocessing = moveStage(experiment.preprocessing, later.index, index);
      return findMismatches({ preprocessing }, catalogue).length < mismatches.length;
    });
    return scaling ? [{ index, scaling: scaling.index }] : [];
  });
}

/** Returns the stages as one would write them, with one of them moved. */
export function writtenMoved(context: CheckContext, from: number, to: number) {
  return moveStage(writtenStages(context), from, to);
}

function moveStage<Item>(stages: readonly Item[], from: number, to: number): Item[] {
  const moved = stages.slice(from, from + 1);
  return stages.toSpliced(from, 1).toSpliced(to, 0, ...moved);
}
