import type { ImageShape } from '../stages/stage.js';
import type { TrainedNetwork } from './trained-network.js';

/** Contents by the names of files, which may lie in folders. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Images with what prep-lab says of them. */
export interface JudgedImages {
  readonly count: number;
  /** Shape: [count, H, W, C]. */
  readonly images: Uint8Array;
  /** Shape: [count, K]. */
  readonly probabilities: Float32Array;
  readonly labels: ArrayLike<number>;
}

/** Judges images as an export does. Shape: as {@link TrainedNetwork.judge}. */
interface Judge {
  judge(images: Uint8Array, count: number): Float32Array;
  dispose(): void;
}

/** A form in which other programs take a trained network. */
export interface ExportFormat {
  readonly name: string;
  /** What there is in it, and for whom. */
  readonly summary: string;
  /**
   * Returns the files.
   * @param sample For formats that are checked elsewhere: their check compares with it.
   * @throws UserError naming what has no counterpart there.
   */
  write(network: TrainedNetwork, sample: JudgedImages): Files;
  /** Loads what was written, as a program would; left out where that takes another language. */
  open?(folder: string, shape: ImageShape): Promise<Judge>;
  /** What checks the export there. */
  readonly check?: string;
}
