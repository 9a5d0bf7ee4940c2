/** Returns places from 0 on below a total: all of them, or as many as asked for, evenly spaced. */
export function listEvenlySpaced(total: number, count: number): number[] {
  const step = Math.max(1, total / count);
  return Array.from({ length: Math.min(count, total) }, (_, index) => Math.floor(index * step));
}
