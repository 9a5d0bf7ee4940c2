/** How many steps a training takes. */
export interface TrainingLength {
  /** Of a whole epoch. */
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Epochs, the last of which may be a part of one. */
  readonly epochCount: number;
}

/** What of a recipe decides it. */
interface Length {
  readonly epochs: number;
  readonly batchSize: number;
  readonly dropLast?: boolean;
}

/**
 * Formula: steps = ceil(epochs * steps an epoch), of the numbers as they are written: 1.1 epochs of 50 steps are 55, where
 * floating point, and so airbench's own script, comes to 56.
 */
export function measureLength(
  { epochs, batchSize, dropLast }: Length,
  imageCount: number,
): TrainingLength {
  const batches = imageCount / batchSize;
  const stepsPerEpoch = dropLast ? Math.max(1, Math.floor(batches)) : Math.ceil(batches);
  const totalSteps = Math.ceil(Number((epochs * stepsPerEpoch).toPrecision(12)));
  return { stepsPerEpoch, totalSteps, epochCount: Math.ceil(totalSteps / stepsPerEpoch) };
}

/** Returns how many epochs a training has: of 9.9 the last one is no whole one. */
export function countEpochs({ epochs }: Pick<Length, 'epochs'>): number {
  return Math.ceil(epochs);
}

/** @param epoch counted from 0. */
export function countStepsOf(epoch: number, length: TrainingLength): number {
  const before = epoch * length.stepsPerEpoch;
  return Math.max(0, Math.min(length.stepsPerEpoch, length.totalSteps - before));
}

/** Returns how many images epochs have trained on, the first `epochs` of the recipe's. */
export function countImages(recipe: Length, imageCount: number, epochs: number): number {
  const length = measureLength(recipe, imageCount);
  const perEpoch = recipe.dropLast ? length.stepsPerEpoch * recipe.batchSize : imageCount;
  if (epochs < length.epochCount) return epochs * perEpoch;
  const last = countStepsOf(length.epochCount - 1, length) * recipe.batchSize;
  return (length.epochCount - 1) * perEpoch + Math.min(last, perEpoch);
}
