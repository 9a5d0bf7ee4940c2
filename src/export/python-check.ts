import type { ImageShape } from '../stages/stage.js';
import { allowedDifference } from './compare-answers.js';
import type { JudgedImages } from './format.js';
import { type NpyArray, packNpz } from './npz.js';

/** As many bytes of images as a check carries along: all 10,000 of CIFAR-10. */
const mostBytes = 64 * 1024 * 1024;

/** Packs test images with what prep-lab says of them: all, or the first that are not too large. */
export function packCheck(
  { count, images, probabilities, labels }: JudgedImages,
  { height, width, channels }: ImageShape,
): Uint8Array {
  const imageBytes = height * width * channels;
  const kept = Math.min(count, Math.max(1, Math.floor(mostBytes / imageBytes)));
  const classCount = probabilities.length / count;
  const arrays: Readonly<Record<string, NpyArray>> = {
    images: {
      values: images.subarray(0, kept * imageBytes),
      shape: [kept, height, width, channels],
    },
    probabilities: {
      values: probabilities.subarray(0, kept * classCount),
      shape: [kept, classCount],
    },
    labels: { values: Int32Array.from(labels).subarray(0, kept), shape: [kept] },
  };
  return packNpz(arrays);
}

/**
 * Writes the program that checks exported code.
 * @param library What is compared, for people.
 * @param judge Lines that define judge(images), from uint8 [N, H, W, C] to probabilities [N, K].
 */
export function renderCheck(library: string, judge: readonly string[]): string {
  return `"""Judges the test images in check.npz with ${library}, and compares with what prep-lab says of them.

Written by prep-lab. Ends with 1 if they differ.
"""

import pathlib
import sys

import numpy as np

${judge.join('\n')}

ALLOWED = ${allowedDifference}

stored = np.load(pathlib.Path(__file__).with_name("check.npz"))
images, expected = stored["images"], stored["probabilities"]
received = np.concatenate([judge(images[i : i + 500]) for i in range(0, len(images), 500)])
# Of two classes that prep-lab finds equally likely either is the same.
chosen = expected[np.arange(len(expected)), received.argmax(1)]
same = int((expected.max(1) - chosen <= ALLOWED).sum())
difference = float(np.abs(expected - received).max())
accuracy = float((received.argmax(1) == stored["labels"]).mean())
print(f"{same:,} of {len(images):,} test images get the class that prep-lab gives them; "
      f"probabilities differ by at most {difference:.1e} (allowed: {ALLOWED}); accuracy {accuracy:.2%}")
sys.exit(0 if same == len(images) and difference <= ALLOWED else 1)
`;
}
