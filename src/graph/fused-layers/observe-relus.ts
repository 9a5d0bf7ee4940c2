import type { LayersModel, Tensor } from '../tensorflow.js';
import { type Layer, type LayerCall, nameLayers } from './layer.js';

/**
 * Runs something that applies a model, op by op, and shows what its relu layers give on the way. The tensors are theirs:
 * look, and leave them alone.
 */
export function observeRelus(
  model: LayersModel,
  run: () => void,
  observe: (layer: string, output: Tensor) => void,
): void {
  const observed = nameLayers(model).filter(({ layer }) => isRelu(layer));
  const restore = observed.map(({ layer, name }) => {
    const { call } = layer;
    const observing: LayerCall = (inputs, options) => {
      const output = call.call(layer, inputs, options as never) as Tensor;
      observe(name, output);
      return output;
    };
    layer.call = observing as unknown as Layer['call'];
    return () => {
      layer.call = call;
    };
  });
  try {
    run();
  } finally {
    for (const undo of restore) undo();
  }
}

function isRelu(layer: Layer): boolean {
  if (layer.getClassName() === 'ReLU') return true;
  const { activation } = layer as { activation?: { getClassName?(): string } | null };
  return activation?.getClassName?.() === 'relu';
}
