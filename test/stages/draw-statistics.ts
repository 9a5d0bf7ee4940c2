import normalCdf from '@stdlib/stats-base-dists-normal-cdf';

/**
 * Returns the probability that numbers of a distribution lie at least so far from it (Kolmogorov and Smirnov).
 * Formula: 2 sum (-1)^(k-1) exp(-2 k^2 n D^2), D the largest distance of the distribution functions.
 */
export function testDistribution(
  values: readonly number[],
  cumulative: (value: number) => number,
): number {
  const sorted = Float64Array.from(values).sort();
  const distance = sorted.reduce((largest, value, place) => {
    const expected = cumulative(value);
    return Math.max(
      largest,
      (place + 1) / sorted.length - expected,
      expected - place / sorted.length,
    );
  }, 0);
  const terms = Array.from({ length: 100 }, (_, k) => {
    const size = Math.exp(-2 * (k + 1) ** 2 * sorted.length * distance ** 2);
    return k % 2 === 0 ? size : -size;
  });
  return Math.min(1, 2 * terms.reduce((sum, term) => sum + term, 0));
}

/**
 * Returns the probability that two lists that have nothing to do with each other go together at least as much: chi-square of
 * a table of their tenths, or of their values where they have few.
 * Formula: Wilson and Hilferty's normal approximation of chi-square.
 */
export function testIndependence(one: readonly number[], other: readonly number[]): number {
  const [rows, columns] = [classify(one), classify(other)];
  const size = (classes: readonly number[]) => Math.max(...classes) + 1;
  const counts = (classes: readonly number[]) =>
    Array.from({ length: size(classes) }, (_, at) => classes.filter((each) => each === at).length);
  const [rowCounts, columnCounts] = [counts(rows), counts(columns)];
  const together = Array.from({ length: rowCounts.length }, () =>
    new Array<number>(columnCounts.length).fill(0),
  );
  rows.forEach((row, index) => {
    const cells = together[row] as number[];
    const column = columns[index] as number;
    cells[column] = (cells[column] ?? 0) + 1;
  });
  let sum = 0;
  rowCounts.forEach((inRow, row) => {
    columnCounts.forEach((inColumn, column) => {
      const expected = (inRow * inColumn) / rows.length;
      sum += ((together[row]?.[column] ?? 0) - expected) ** 2 / expected;
    });
  });
  const freedom = (rowCounts.length - 1) * (columnCounts.length - 1);
  if (freedom === 0) return 1;
  const spread = 2 / (9 * freedom);
  return 1 - normalCdf(((sum / freedom) ** (1 / 3) - (1 - spread)) / Math.sqrt(spread), 0, 1);
}

/** Gives each value the place of its tenth, or of itself among the distinct values. */
function classify(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  if (distinct.length <= 10) return values.map((value) => distinct.indexOf(value));
  const sorted = Float64Array.from(values).sort();
  const ends = Array.from(
    { length: 9 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / 10)],
  );
  const bounds = [...new Set(ends)];
  const places = values.map((value) => bounds.filter((bound) => value >= (bound as number)).length);
  const used = [...new Set(places)].sort((a, b) => a - b);
  return places.map((place) => used.indexOf(place));
}
