import type { EngineRandomSource } from '../random.js';
import { tensorflow } from '../tensorflow.js';
import { type Layer, member, replaceCall } from './layer.js';

/**
 * Lets a Dropout layer draw its mask on the engine, anew each step. (tfjs-layers' own repeats one mask when seeded.)
 * Formula: x * [u >= rate] / (1 - rate), u uniform in [0, 1), in training only.
 */
export function fuseDropout(layer: Layer, random: EngineRandomSource): void {
  const rate = member<number>(layer, 'rate');
  replaceCall(layer, (x, { training }) => {
    if (!training || rate === 0) return x.clone();
    const mask = tensorflow().tidy(() => {
      const u = random.uniform('mask', { shape: x.shape, low: 0, high: 1 });
      return u
        .greaterEqual(rate)
        .cast('float32')
        .mul(1 / (1 - rate));
    });
    return x.mul(mask);
  });
}
