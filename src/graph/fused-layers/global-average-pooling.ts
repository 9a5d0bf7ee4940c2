import { meanOverPixels } from '../differentiable/mean-over-pixels.js';
import type { Tensor4D } from '../tensorflow.js';
import { type Layer, member, replaceCall } from './layer.js';

/** Lets a GlobalAveragePooling2D layer use a gradient of one op. Other layouts than NHWC stay as they are. */
export function fuseGlobalAveragePooling2d(layer: Layer): void {
  if (member<string>(layer, 'dataFormat') !== 'channelsLast') return;
  replaceCall(layer, (x) => meanOverPixels(x as Tensor4D));
}
