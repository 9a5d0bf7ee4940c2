import { z } from 'zod';
import { callPython } from '../text/python.js';
import { createFlip, flips } from './flip.js';
import { defineStage, drawn } from './stage.js';

/**
 * Mirrors about half of the images.
 * Formula: flipped where flip <= probability, with flip drawn from [0, 1).
 * Source: Keras' RandomFlip. Its "horizontal_and_vertical" has one draw for both axes: an image is turned by 180
 * degrees or left alone. Keras has no `probability`; it is 1/2 there.
 */
export const randomFlip = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-flip'),
      mode: z
        .enum(['horizontal', 'vertical', 'horizontal-and-vertical'])
        .default('horizontal-and-vertical')
        .describe(
          '"horizontal" swaps left and right, "vertical" top and bottom, "horizontal-and-vertical" both at once ' +
            '(one draw: a half turn or nothing).',
        ),
      probability: z.number().min(0).max(1).default(0.5).describe('The share of flipped images.'),
    })
    .describe('Mirrors a share of the training images.')
    .meta({
      examples: [{ name: 'random-flip', mode: 'horizontal' }],
      alsoCalled: [
        'RandomHorizontalFlip',
        'RandomVerticalFlip',
        'HorizontalFlip',
        'VerticalFlip',
        'hflip',
        'vflip',
        'fliplr',
        'flipud',
        'flip-left-right',
        'random-flip-left-right',
        'flip-up-down',
        'random-flip-up-down',
        'mirror',
        'random-mirror',
      ],
    }),
  create({ mode, probability }) {
    // A draw can be exactly 0, which must not flip where nothing is to be flipped.
    const threshold = probability === 0 ? -1 : probability;
    return {
      when: 'train',
      formula: `${flips[mode]} where a draw from 0 to 1 is at most ${probability}`,
      draw: (random, count) => ({
        flip: random.uniform('flip', { shape: [count], low: 0, high: 1 }),
      }),
      ...createFlip(mode, (draw) => drawn(draw, 'flip').lessEqual(threshold)),
      inPython: {
        ...(probability === 0.5 && {
          keras: () => [callPython('layers.RandomFlip', [mode.replaceAll('-', '_')])],
        }),
        ...(mode !== 'horizontal-and-vertical' && {
          torchvision: () => {
            const name =
              mode === 'horizontal' ? 'v2.RandomHorizontalFlip' : 'v2.RandomVerticalFlip';
            return [callPython(name, [probability])];
          },
        }),
      },
    };
  },
});
