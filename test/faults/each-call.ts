/**
 * Lets `check` try the first, second, third ... call until it returns false: no such call was made. Two tries run side
 * by side. Returns how many calls there were.
 */
export async function forEachCall(check: (call: number) => Promise<boolean>): Promise<number> {
  let next = 1;
  let end = Number.POSITIVE_INFINITY;
  const work = async () => {
    while (next < end) {
      const call = next++;
      if (!(await check(call))) end = Math.min(end, call);
    }
  };
  await Promise.all([work(), work()]);
  return end - 1;
}
