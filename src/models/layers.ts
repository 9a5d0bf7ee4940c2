import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import { renderShape } from './layers/layer.js';
import { layerDefinitions, layerSchema } from './layers/list.js';
import {
  applyLayers,
  listTrained,
  type PlacedLayer,
  placeLayers,
  requireConsistentLayers,
  walkShapes,
} from './layers/placed-layers.js';
import { defineModel } from './model.js';

/** A network that the experiment file itself lists, layer by layer. It ends in the logits: a softmax is added. */
export const layers = defineModel({
  options: z
    .strictObject({
      name: z.literal('layers'),
      label: z
        .string()
        .max(40)
        .regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/, {
          error: 'must be made of small letters and digits, with single hyphens between words',
        })
        .exactOptional()
        .describe('What tables call the network.'),
      layers: z
        .array(layerSchema)
        .min(1)
        .max(500)
        .describe('The layers, in their order. The last one gives one number for each class.'),
    })
    .describe('A network of your own: a list of layers.')
    .meta({
      examples: [
        {
          name: 'layers',
          layers: [
            { type: 'conv2d', filters: 32, kernelSize: 3, activation: 'relu' },
            { type: 'global-average-pooling2d' },
            { type: 'dense', units: 10 },
          ],
        },
      ],
    }),
  parts: layerDefinitions,
  check({ layers: listed }, { image, classCount }) {
    const placed = placeLayers(listed);
    requireConsistentLayers(placed);
    const shape = walkShapes(placed, [image.height, image.width, image.channels]);
    if (shape.length === 1 && shape[0] === classCount) return;
    const { path, options } = placed.at(-1) as PlacedLayer;
    const message = `${path} (${options.type}) must give ${classCount} flat numbers, one a class, as the last layer; it gives ${renderShape(shape)}.`;
    throw new UserError(message, {
      hint: `end the layers with {"type": "dense", "units": ${classCount}}.`,
    });
  },
  listTrained: ({ layers: listed }, { image: { height, width, channels } }) =>
    listTrained(placeLayers(listed), [height, width, channels]),
  fit({ layers: listed }, images) {
    const [first] = placeLayers(listed);
    return first?.definition.fit?.(first.options, images) ?? {};
  },
  summarise: ({ label, layers: listed }) =>
    `${label ?? 'layers'} (${listed.length} layer${listed.length === 1 ? '' : 's'})`,
  create({ label, layers: listed }, { image: { height, width, channels } }, fitted) {
    const tf = tensorflow();
    const inputs = tf.input({ shape: [height, width, channels] });
    const logits = applyLayers(placeLayers(listed), inputs, fitted);
    const outputs = tf.layers.softmax({ name: 'softmax' }).apply(logits) as SymbolicTensor;
    return tf.model({ inputs, outputs, name: label ?? 'layers' });
  },
});
