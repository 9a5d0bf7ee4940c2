import { z } from 'zod';

/** The options with which every resampling stage reads its images. Defaults as in Keras' code. */
export const samplingOptions = {
  fillMode: z
    .enum(['constant', 'reflect', 'wrap', 'nearest'])
    .default('reflect')
    .describe(
      'What lies outside of the image: "reflect" (d c b a | a b c d | d c b a), "wrap" (the other side), ' +
        '"nearest" (the edge pixel) or "constant" (fillValue).',
    ),
  fillValue: z
    .number()
    .default(0)
    .describe('The value outside of the image where fillMode is "constant".'),
  interpolation: z
    .enum(['bilinear', 'nearest'])
    .default('bilinear')
    .describe('How values between pixels are read.'),
};
