/** What a model made of labelled images. */
export interface Judged {
  /** True classes. Range: 0..K-1. */
  readonly labels: Uint8Array;
  /** The class with the highest logit, image by image. */
  readonly predicted: Uint8Array;
}

/** Counts images by true and predicted class. Shape: [true class][predicted class]. */
export function countConfusion({ labels, predicted }: Judged, classCount: number): number[][] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (const [image, label] of labels.entries()) {
    const row = counts[label] as number[];
    const column = predicted[image] as number;
    row[column] = (row[column] ?? 0) + 1;
  }
  return counts;
}

/** Returns each class' share of right answers; 0 for a class without images. */
export function findClassAccuracy(confusion: readonly (readonly number[])[]): number[] {
  return confusion.map((row, label) => {
    const count = row.reduce((sum, images) => sum + images, 0);
    return count === 0 ? 0 : (row[label] ?? 0) / count;
  });
}
