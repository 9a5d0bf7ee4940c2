import { attribute, runKernel } from './native-backend.js';
import type { Tensor, Tensor4D } from './tensorflow.js';

/** What can be done to the colours of an image, in the order of the kernel's numbers. */
export const colourKinds = ['nothing', 'brightness', 'contrast', 'saturation', 'hue'] as const;

/**
 * Does to each image what its row of `kinds` says, one after the other. Needs prep-lab's own kernels.
 * Shape: levels float32 [N, H, W, 3], 0..255; kinds float32 [N, steps], places in {@link colourKinds}; numbers float32
 * [N, steps]; the result as the levels, clipped to 0..255 by each step.
 * Formula: brightness x f; contrast (x - m) f + m, m the mean of the image's grey; saturation (x - g) f + g, g the pixel's grey,
 * 0.2989 r + 0.587 g + 0.114 b; hue: H of HSV plus f turns.
 */
export function adjustColours(
  levels: Tensor4D,
  { kinds, numbers }: { readonly kinds: Tensor; readonly numbers: Tensor },
): Tensor4D {
  return runKernel({
    name: 'PrepLabAdjustColours',
    attributes: { T: attribute.type('float32') },
    inputs: [levels, kinds, numbers],
  }) as Tensor4D;
}
