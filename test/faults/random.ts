/** Range: 0 up to 1. */
export type Random = () => number;

/** Returns random numbers of a seed that is printed; `FAULT_SEED` repeats those of an earlier run. */
export function createRandom(purpose: string): Random {
  const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000_000);
  console.log(`${purpose}: FAULT_SEED=${seed}`);
  // Source: mulberry32, by Tommy Ettinger (public domain).
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
