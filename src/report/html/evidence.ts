import type { Preview } from '../../look/preview/create-preview.js';

/** A picture inside of the report. */
export interface Picture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** What is to be seen, for readers who do not see it. */
  readonly alt: string;
}

/** Test images of one class that are taken for another. */
export interface ConfusedPair {
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
  /** The first ones, in the order of the test images. */
  readonly examples: readonly Picture[];
}

/** What one trial of an arm gets wrong. */
export interface Mistakes {
  readonly seed: number;
  readonly wrongCount: number;
  readonly testCount: number;
  /** The most frequent ones. */
  readonly pairs: readonly ConfusedPair[];
}

/** What the results do not hold and was looked up beside them: by the names of the arms. */
export interface Evidence {
  readonly previews: ReadonlyMap<string, Preview>;
  readonly mistakes: ReadonlyMap<string, Mistakes>;
  /** Why there are no pictures, or not of all arms; one sentence each. */
  readonly missingPreviews: readonly string[];
  readonly missingMistakes: readonly string[];
}

/** Nothing was looked up, for the given reason. */
export function noEvidence(reason: string): Evidence {
  return {
    previews: new Map(),
    mistakes: new Map(),
    missingPreviews: [reason],
    missingMistakes: [reason],
  };
}
