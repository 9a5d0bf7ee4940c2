import { expect } from 'vitest';
import { tensorflow } from '../../src/graph/tensorflow.js';
import type { RandomSource } from '../../src/stages/stage.js';
import type { GoldenDraw } from './golden-case.js';

/**
 * Returns a source that hands out Keras' random numbers in their order, and checks that each request is for the range
 * that Keras asked for.
 */
export function injectedSource(draws: readonly GoldenDraw[]): RandomSource {
  const queue = [...draws];
  return {
    uniform(_name, { shape, low, high }) {
      const draw = queue.shift();
      if (!draw) throw new Error('More random numbers were drawn than Keras draws.');
      expect(low).toBeCloseTo(draw.minval, 6);
      expect(high).toBeCloseTo(draw.maxval, 6);
      expect(shape).toEqual([draw.values.length]);
      return tensorflow().tensor1d([...draw.values]);
    },
    normal(name) {
      throw new Error(`Keras draws no normal "${name}" here.`);
    },
    uniformByIndex(name) {
      throw new Error(`Keras draws no "${name}" by index.`);
    },
  };
}
