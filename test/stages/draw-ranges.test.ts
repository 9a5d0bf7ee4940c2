import { expect, test } from 'vitest';
import { createListedStage } from './listed-stage.js';

interface Request {
  readonly name: string;
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** What a stage draws for 3 images: name, low and high, in its order. */
function requestsOf(options: { name: string; [key: string]: unknown }) {
  const requests: Request[] = [];
  const noTensor = undefined as never;
  createListedStage(options).draw?.(
    {
      uniform(name, request) {
        requests.push({ name, ...request });
        return noTensor;
      },
      normal(name, request) {
        requests.push({ name, ...request, low: -Infinity, high: Infinity });
        return noTensor;
      },
      uniformByIndex(name, { low, high }) {
        requests.push({ name, shape: [3], low, high });
        return noTensor;
      },
    },
    3,
    { indices: noTensor, epoch: noTensor, shape: { height: 1, width: 1, channels: 1 } },
  );
  expect(requests.every(({ shape }) => String(shape) === '3')).toBe(true);
  return requests.map(({ name, low, high }) => [name, low, high]);
}

test.each([
  [
    { name: 'random-crop', padding: 4 },
    [
      ['top', 0, 9],
      ['left', 0, 9],
    ],
  ],
  [
    { name: 'cutout', size: 8 },
    [
      ['row', 0, 1],
      ['column', 0, 1],
    ],
  ],
  [{ name: 'random-flip' }, [['flip', 0, 1]]],
  [{ name: 'random-rotation', factor: -0.25 }, [['angleDegrees', -90, 90]]],
  [{ name: 'random-rotation', factor: [-0.25, 0.5] }, [['angleDegrees', -90, 180]]],
  [{ name: 'random-rotation', factor: [0.5, -0.25] }, [['angleDegrees', -90, 180]]],
  [{ name: 'random-zoom', heightFactor: [-0.25, 0.5] }, [['heightZoom', 0.75, 1.5]]],
  [
    { name: 'random-zoom', heightFactor: 0.5, widthFactor: [0, 0.25] },
    [
      ['heightZoom', 0.5, 1.5],
      ['widthZoom', 1, 1.25],
    ],
  ],
  [
    { name: 'random-translation', heightFactor: [-0.25, 0.5], widthFactor: 0.125 },
    [
      ['heightFraction', -0.25, 0.5],
      ['widthFraction', -0.125, 0.125],
    ],
  ],
  [
    { name: 'random-shear', xFactor: [0.25, 0.5], yFactor: 0.125 },
    [
      ['sign', 0, 1],
      ['yShear', -0.125, 0.125],
      ['xShear', 0.25, 0.5],
    ],
  ],
  [
    {
      name: 'random-affine',
      degrees: [5, 10],
      translate: [0.25, 0.5],
      scale: [0.5, 2],
      shearX: 3,
      shearY: 4,
    },
    [
      ['angleDegrees', 5, 10],
      ['widthFraction', -0.25, 0.25],
      ['heightFraction', -0.5, 0.5],
      ['scale', 0.5, 2],
      ['xShearDegrees', -3, 3],
      ['yShearDegrees', -4, 4],
    ],
  ],
  [
    { name: 'grid-mask', period: [6, 12] },
    [
      ['mask', 0, 1],
      ['period', 6, 13],
      ['row', 0, 1],
      ['column', 0, 1],
    ],
  ],
  [{ name: 'random-right-angle' }, [['quarters', 0, 4]]],
  [
    { name: 'random-erasing', dialect: 'keras', probability: 0.75, scale: [0.25, 0.5] },
    [
      ['widthShare', 0.25, 0.5],
      ['heightShare', 0.25, 0.5],
      ['column', 0, 1],
      ['row', 0, 1],
      ['probability', 0, 0.75],
      ['threshold', 0, 1],
    ],
  ],
  [{ name: 'random-brightness', factor: [-0.5, 0.25] }, [['factor', -0.5, 0.25]]],
  [{ name: 'random-contrast', factor: 0.25 }, [['factor', 1, 1.25]]],
  [{ name: 'random-contrast', factor: [0.25, 0.5] }, [['factor', 0.75, 1.5]]],
  [{ name: 'random-contrast', factor: [0.5, 0.25] }, [['factor', 0.75, 1.5]]],
  [{ name: 'random-saturation', factor: [0.4, 0.6] }, [['factor', 0.4, 0.6]]],
  [
    { name: 'random-hue', factor: 0.5 },
    [
      ['sign', 0, 1],
      ['factor', 0, 0.5],
    ],
  ],
])('%j draws from the ranges that Keras draws from', (options, expected) => {
  expect(requestsOf(options)).toEqual(expected);
});

test.each([
  [{ name: 'random-brightness', factor: 0.25 }, [['factor', 0.75, 1.25]]],
  [{ name: 'random-brightness', factor: 1.5 }, [['factor', 0, 2.5]]],
  [{ name: 'random-contrast', factor: [0.25, 3] }, [['factor', 0.25, 3]]],
  [{ name: 'random-saturation', factor: 0.25 }, [['factor', 0.75, 1.25]]],
  [{ name: 'random-hue', factor: 0.25 }, [['factor', -0.25, 0.25]]],
])('%j draws from the ranges that torchvision draws from', (options, expected) => {
  expect(requestsOf({ ...options, dialect: 'torchvision' })).toEqual(expected);
});

test.each([
  [
    { name: 'color-jitter', brightness: 0.5, contrast: 0.25, saturation: 0.25, hue: 0.125 },
    [
      ['order', 0, 24],
      ['brightness', 0.5, 1.5],
      ['contrast', 0.75, 1.25],
      ['saturation', 0.75, 1.25],
      ['hue', -0.125, 0.125],
    ],
  ],
  [{ name: 'color-jitter', brightness: 0.5 }, [['brightness', 0.5, 1.5]]],
  [
    { name: 'color-jitter', contrast: 0.5, hue: 0.5, dialect: 'keras' },
    [
      ['contrast', 1, 1.5],
      ['hueSign', 0, 1],
      ['hue', 0, 0.5],
    ],
  ],
  [{ name: 'invert' }, [['chance', 0, 1]]],
  [{ name: 'posterize', bits: [2, 6], probability: 1 }, [['bits', 2, 7]]],
  [
    { name: 'solarize', addition: [0, 0.2] },
    [
      ['chance', 0, 1],
      ['addition', 0, 51],
      ['threshold', 127.5, 127.5],
    ],
  ],
])('%j draws what its page says', (options, expected) => {
  expect(requestsOf(options)).toEqual(expected);
});
