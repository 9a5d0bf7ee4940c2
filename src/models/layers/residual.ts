import { z } from 'zod';
import { type SymbolicTensor, tensorflow } from '../../graph/tensorflow.js';
import { nameWeights } from '../model.js';
import { batchNormalization } from './batch-normalization.js';
import { conv2d } from './conv2d.js';
import {
  defineLayer,
  type LayerContext,
  type LayerOptions,
  LayerRefusal,
  layerName,
  renderShape,
  type Shape,
} from './layer.js';

/**
 * Creates the layer that adds what some layers give to what came to them. Where the shapes differ, the shortcut is a
 * projection: a 1x1 convolution without bias, whose strides make up for the size, and a batch normalisation.
 * Source: He et al. 2015, https://arxiv.org/abs/1512.03385, option B.
 * @param layerSchema of all kinds of layers, this one too.
 */
export function createResidual(layerSchema: () => z.ZodType<LayerOptions>) {
  const list = z.array(z.lazy(layerSchema)).min(1).max(500);
  return defineLayer({
    options: z
      .strictObject({
        type: z.literal('residual'),
        name: layerName,
        layers: list.describe('What is added to the shortcut, one after the other.'),
        shortcut: list
          .exactOptional()
          .describe(
            'Layers of the shortcut. Default: none where the shapes agree, else a 1x1 convolution without bias and a batch normalization.',
          ),
      })
      .describe('Adds what some layers give to what came to them.'),
    branches: ['layers', 'shortcut'],
    outputShape({ shortcut }, shape, branches) {
      const target = branches.outputShape('layers', shape);
      const beside = shortcut ? branches.outputShape('shortcut', shape) : shape;
      if (isSame(target, beside)) return target;
      if (shortcut) {
        throw new LayerRefusal(
          `a shortcut that gives what its layers give, ${renderShape(target)}, not ${renderShape(beside)}`,
          'change the shortcut, or leave it out.',
        );
      }
      findProjectionStrides(shape, target);
      return target;
    },
    listTrained({ shortcut }, { name, shape, branches }) {
      if (shortcut || isSame(branches.outputShape('layers', shape), shape)) return [];
      const [convolution, normalization] = nameProjection(name);
      return [
        ...nameWeights(convolution, ['kernel']),
        ...nameWeights(normalization, ['gamma', 'beta']),
      ];
    },
    apply(options, x, context) {
      const sum = context.branches.apply('layers', x);
      const beside = options.shortcut ? context.branches.apply('shortcut', x) : x;
      const target = shapeOf(sum);
      const shortcut = isSame(target, shapeOf(beside)) ? beside : project(x, target, context);
      const add = tensorflow().layers.add({ name: context.name });
      return add.apply([sum, shortcut]) as SymbolicTensor;
    },
  });
}

function project(x: SymbolicTensor, target: Shape, context: LayerContext): SymbolicTensor {
  const [convolutionName, name] = nameProjection(context.name);
  const convolution = conv2d.options.parse({
    type: 'conv2d',
    filters: target[2],
    kernelSize: 1,
    strides: findProjectionStrides(shapeOf(x), target),
    useBias: false,
  });
  const projected = conv2d.apply(convolution, x, { ...context, name: convolutionName });
  const normalization = batchNormalization.options.parse({ type: 'batch-normalization' });
  return batchNormalization.apply(normalization, projected, { ...context, name });
}

/** Returns the names of a projection's convolution and of its normalisation. @param residual "residual/residual_1" */
function nameProjection(residual: string): [convolution: string, normalization: string] {
  const own = residual.split('/').at(-1);
  return [`conv2d/${own}_projection`, `batch-normalization/${own}_projection`];
}

/** @throws LayerRefusal if no 1x1 convolution leads from one shape to the other. */
function findProjectionStrides(from: Shape, to: Shape): [number, number] {
  const [down, right] = [0, 1].map((axis) => findStride(from[axis] ?? 0, to[axis] ?? 0));
  if (from.length === 3 && to.length === 3 && down && right) return [down, right];
  throw new LayerRefusal(
    `layers that give what a 1x1 convolution can give too, not ${renderShape(to)}`,
    'keep the size with "padding": "same", or write a "shortcut" of layers.',
  );
}

function findStride(from: number, to: number): number | undefined {
  const stride = Math.ceil(from / to);
  return Math.ceil(from / stride) === to ? stride : undefined;
}

function shapeOf(x: SymbolicTensor): Shape {
  return x.shape.slice(1) as number[];
}

function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
