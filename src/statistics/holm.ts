/**
 * Returns p-values corrected for being several, in the same order: all of them compared with alpha, at least one false
 * alarm then comes with a probability of at most alpha. Source: Holm 1979.
 */
export function correctByHolm(pValues: readonly number[]): number[] {
  const corrected = new Array<number>(pValues.length).fill(1);
  const ascending = [...pValues.entries()].sort(([, a], [, b]) => a - b);
  let largest = 0;
  for (const [rank, [index, pValue]] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, pValue * (pValues.length - rank)));
    corrected[index] = largest;
  }
  return corrected;
}
