import type { PythonValue } from '../text/python.js';
import type { Fitted, ImageShape } from './stage.js';

/**
 * A stage as Python code, by library: expressions of layers or transforms, one after the other, that give what the stage
 * gives (of draws: the same distribution). A library is left out where it has nothing that does.
 */
export interface StageInPython {
  /** With `layers` for keras.layers. Images are float32 [N, H, W, C]. */
  keras?(place: PythonPlace): readonly string[];
  /** With `v2` for torchvision.transforms.v2. Images are float32 [..., C, H, W]. */
  torchvision?(place: PythonPlace): readonly string[];
}

/** Where a stage stands. */
export interface PythonPlace {
  /** Of the images that enter the stage. */
  readonly shape: ImageShape;
  readonly fitted: Fitted;
  /** Keeps numbers beside the code, as float32 of a shape, and returns the expression for them. */
  store(name: string, values: ArrayLike<number>, shape: readonly number[]): PythonValue;
}
