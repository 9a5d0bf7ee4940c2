import { z } from 'zod';
import { callPython } from '../text/python.js';
import { factorOption, renderNumber, symmetricRange } from './factor.js';
import { createGeometricStage, samplingInKeras, samplingOptions } from './geometric-stage.js';
import { defineStage, drawn } from './stage.js';

/**
 * Turns each image about its centre by an angle of its own; a positive angle turns counter-clockwise.
 * Formula: t = angleDegrees pi / 180; column = cos t x - sin t y + cx - cx cos t + cy sin t,
 * row = sin t x + cos t y + cy - cx sin t - cy cos t, with cx = (W - 1) / 2 and cy = (H - 1) / 2.
 * Source: Keras' RandomRotation, with its order of float32 operations.
 */
export const randomRotation = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-rotation'),
      factor: factorOption(z.number().min(-1).max(1)).describe(
        'Largest angle as a share of a full turn (0.1: 36 degrees either way), or a pair [low, high].',
      ),
      ...samplingOptions,
    })
    .describe('Turns each training image about its centre.')
    .meta({
      examples: [{ name: 'random-rotation', factor: 0.1 }],
      alsoCalled: [
        'RandomRotate',
        'rotate',
        'RandomAffine',
        'affine',
        'ShiftScaleRotate',
        'SafeRotate',
      ],
    }),
  create({ factor, ...sampling }) {
    const [low, high] = symmetricRange(factor);
    return createGeometricStage({
      formula: `turned about the centre by ${renderNumber(low * 360)} to ${renderNumber(high * 360)} degrees, counter-clockwise`,
      sampling,
      inPython: {
        keras: () => [
          callPython('layers.RandomRotation', [symmetricRange(factor)], samplingInKeras(sampling)),
        ],
      },
      draw: (random, count) => ({
        angleDegrees: random.uniform('angleDegrees', {
          shape: [count],
          low: low * 360,
          high: high * 360,
        }),
      }),
      map(draw, { height, width }) {
        const radians = drawn(draw, 'angleDegrees').mul(Math.PI / 180);
        const [cos, sin] = [radians.cos(), radians.sin()];
        const minusSin = sin.neg();
        const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
        return {
          a: [cos, minusSin, cos.mul(-cx).add(cx).sub(minusSin.mul(cy))],
          b: [sin, cos, sin.mul(-cx).add(cy).sub(cos.mul(cy))],
        };
      },
    });
  },
});
