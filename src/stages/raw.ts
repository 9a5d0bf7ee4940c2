import { z } from 'zod';
import { defineStage } from './stage.js';

/** Leaves the images as they are: the name for "no preprocessing" in an experiment. */
export const raw = defineStage({
  schedule: 'none',
  options: z
    .strictObject({ name: z.literal('raw') })
    .describe('Leaves the images as they are, 0 to 255.')
    .meta({
      examples: [{ name: 'raw' }],
      alsoCalled: ['identity', 'no-op', 'noop', 'none', 'original'],
    }),
  create: () => ({
    when: 'always',
    formula: 'x',
    gives: (range) => range,
    apply: (images) => images.clone(),
    inPython: { keras: () => [], torchvision: () => [] },
  }),
});
