import { observeRelus } from '../../graph/fused-layers/observe-relus.js';
import { type Tensor, type Tensor4D, tensorflow } from '../../graph/tensorflow.js';
import type { Diagnostics } from '../../results/diagnostics.js';
import type { Network } from '../../training/network.js';

/** Counts the units of relu layers that were 0 in all batches. */
export interface DeadReluCounter {
  /** Takes in a batch as it enters the first stage. */
  add(images: Tensor4D): void;
  count(): Diagnostics['deadRelus'];
}

/** @param network its variables hold the weights to look at. A unit of a convolution is a filter, at all places. */
export function createDeadReluCounter(network: Network): DeadReluCounter {
  const highest = new Map<string, Float32Array>();
  const note = (layer: string, output: Tensor): void => {
    const values = highestOfUnits(output);
    const before = highest.get(layer);
    highest.set(
      layer,
      before ? before.map((value, unit) => Math.max(value, values[unit] ?? 0)) : values,
    );
  };
  return {
    add(images) {
      const run = () => {
        tensorflow().tidy(() => void network.logits(network.preprocess(images), 'evaluation'));
      };
      observeRelus(network.model, run, note);
    },
    count: () =>
      [...highest].map(([layer, values]) => ({
        layer,
        share: values.filter((value) => value === 0).length / values.length,
      })),
  };
}

/** Shape: [N, ..., units] to `units` values, the highest over all other axes. */
function highestOfUnits(output: Tensor): Float32Array {
  return tensorflow().tidy(() => {
    const axes = output.shape.slice(0, -1).map((_, axis) => axis);
    return output.max(axes).dataSync<'float32'>();
  });
}
