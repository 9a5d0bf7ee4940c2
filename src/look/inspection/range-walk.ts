import { pixelRange } from '../../experiment/range-check.js';
import type { Stage, ValueRange } from '../../stages/stage.js';

/** The value ranges around one stage, by interval arithmetic. */
export interface StageRanges {
  readonly receives: ValueRange;
  readonly gives: ValueRange;
  /** What test images have after the stage: those that run on training images alone are left out. */
  readonly testImages: ValueRange;
}

/** Follows the value range through stages as they are. */
export function walkRanges(stages: readonly Pick<Stage, 'when' | 'gives'>[]): StageRanges[] {
  let receives = pixelRange;
  let testImages = pixelRange;
  return stages.map((stage) => {
    const gives = stage.gives(receives);
    if (stage.when === 'always') testImages = stage.gives(testImages);
    const ranges = { receives, gives, testImages };
    receives = gives;
    return ranges;
  });
}
