import type { PixelImage } from './image.js';
import type { RandomSource } from './random-source.js';

/** How strong a corruption is: 1 to 5. */
export type Severity = 1 | 2 | 3 | 4 | 5;

export const severities: readonly Severity[] = [1, 2, 3, 4, 5];

/** What spoils images as something in the world would. */
export interface Corruption<Draws = unknown> {
  /** As experiment files and tables write it. */
  readonly name: string;
  readonly family: 'noise' | 'blur' | 'weather' | 'digital';
  /** One of the four that are kept for tuning, and no part of the mean. */
  readonly isHeldOut: boolean;
  /** True where it has no meaning for grey images. */
  readonly needsColour: boolean;
  /** All random choices for one image; left out where there are none. */
  draw?(random: RandomSource, image: PixelImage, severity: Severity): Draws;
  /** Returns new bytes of the same shape. A pure function of its arguments. */
  apply(image: PixelImage, severity: Severity, draws: Draws): Uint8Array;
}

/** Describes a corruption, with what most are: one of the fifteen, and for grey images too. */
export function defineCorruption<Draws>(
  definition: Omit<Corruption<Draws>, 'isHeldOut' | 'needsColour'> &
    Partial<Pick<Corruption, 'isHeldOut' | 'needsColour'>>,
): Corruption<Draws> {
  return { isHeldOut: false, needsColour: false, ...definition };
}

/** Returns a corruption's constant at a severity. */
export function at<Constant>(constants: readonly Constant[], severity: Severity): Constant {
  return constants[severity - 1] as Constant;
}

/** Returns so many draws. `Float64Array.from` takes three times as long. */
export function drawValues(length: number, draw: () => number): Float64Array {
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) values[i] = draw();
  return values;
}
