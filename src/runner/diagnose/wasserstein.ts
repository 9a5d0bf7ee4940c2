/**
 * Returns the 1-Wasserstein distance between the distributions of two sets of numbers: how far, on average, values must
 * be moved to turn one into the other. Formula: the integral of |F - G| over all x, F and G the shares of values up to x.
 * Source: as scipy.stats.wasserstein_distance.
 */
export function measureWasserstein(first: Float32Array, second: Float32Array): number {
  const [a, b] = [first.toSorted(), second.toSorted()];
  let [i, j, distance] = [0, 0, 0];
  let x = Math.min(a[0] ?? 0, b[0] ?? 0);
  while (i < a.length || j < b.length) {
    const next = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    distance += Math.abs(i / a.length - j / b.length) * (next - x);
    x = next;
    while (a[i] === x) i++;
    while (b[j] === x) j++;
  }
  return distance;
}
