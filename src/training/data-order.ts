import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { streamKey } from '../engine/random.js';

/**
 * Returns the order of an epoch's images: a permutation of 0..count-1 that depends on seed and epoch alone, so that it
 * can be made again when a trial continues, and is shared by all arms of a seed.
 */
export function shuffledOrder(
  count: number,
  { seed, epoch }: { seed: number; epoch: number },
): Int32Array {
  return shuffle(count, `${seed}/order/${epoch}`);
}

/**
 * Returns a permutation of 0..count-1 that depends on the stream's name alone.
 * Source: Fisher-Yates shuffle on xoroshiro128+.
 */
export function shuffle(count: number, stream: string): Int32Array {
  const generator = xoroshiro128plus(streamKey(stream));
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = uniformInt(generator, 0, last);
    const swapped = order[last] as number;
    order[last] = order[other] as number;
    order[other] = swapped;
  }
  return order;
}
