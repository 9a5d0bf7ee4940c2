import { dropout } from '../differentiable/dropout.js';
import type { EngineRandomSource } from '../random.js';
import { type Layer, member, replaceCall } from './layer.js';

/** Lets a Dropout layer draw its mask on the engine, anew each step. (tfjs-layers' own repeats one mask when seeded.) */
export function fuseDropout(layer: Layer, random: EngineRandomSource): void {
  const rate = member<number>(layer, 'rate');
  replaceCall(layer, (x, { training }) =>
    training && rate > 0 ? dropout(x, rate, random) : x.clone(),
  );
}
