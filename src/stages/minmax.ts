import { z } from 'zod';
import { type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { callPython } from '../text/python.js';
import { renderNumber } from './factor.js';
import { defineStage, type ValueRange } from './stage.js';
import { valueRangeOption } from './value-range.js';

/**
 * Maps an input range linearly onto another; nothing is clipped.
 * Formula: (x - inputRange[0]) / (inputRange[1] - inputRange[0]) * (range[1] - range[0]) + range[0].
 * Source: with its defaults x / 255, a true division; Keras' Rescaling(1/255) multiplies, which moves about half of
 * the byte values by one unit in the last place.
 */
export const minmax = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('minmax'),
      range: valueRangeOption
        .default([0, 1])
        .describe('The values that the ends of inputRange become, [low, high].'),
      inputRange: valueRangeOption
        .default([0, 255])
        .describe('The range of the incoming values, [low, high].'),
    })
    .describe('Scales the values linearly, by default from 0..255 to 0..1.')
    .meta({
      examples: [{ name: 'minmax' }, { name: 'minmax', range: [-1, 1] }],
      alsoCalled: [
        'rescale',
        'rescaling',
        'min-max-scaler',
        'to-tensor',
        'to-float',
        'convert-image-dtype',
      ],
    }),
  create({ range, inputRange }) {
    const inputWidth = inputRange[1] - inputRange[0];
    const width = range[1] - range[0];
    const scale = (value: number) => ((value - inputRange[0]) / inputWidth) * width + range[0];
    return {
      when: 'always',
      formula: renderFormula(inputRange, range),
      expects: inputRange,
      gives: ([low, high]: ValueRange): ValueRange => [scale(low), scale(high)],
      apply: (images) =>
        tensorflow().tidy((): Tensor4D => {
          const shifted = inputRange[0] === 0 ? images : images.sub(inputRange[0]);
          const unit = shifted.div(inputWidth);
          const scaled = width === 1 ? unit : unit.mul(width);
          return range[0] === 0 ? (scaled as Tensor4D) : scaled.add(range[0]);
        }),
      inPython: {
        keras: () => [
          callPython('layers.Rescaling', [], { scale: width / inputWidth, offset: scale(0) }),
        ],
        torchvision: () => {
          const std = inputWidth / width;
          return [callPython('v2.Normalize', [], { mean: [-scale(0) * std], std: [std] })];
        },
      },
    };
  },
});

/** Leaves out what changes nothing: "x / 255" where both ranges begin at 0 and the second ends at 1. */
function renderFormula([inputLow, inputHigh]: ValueRange, [low, high]: ValueRange): string {
  const shifted = inputLow === 0 ? 'x' : `(x - ${renderOperand(inputLow)})`;
  const unit = `${shifted} / ${renderNumber(inputHigh - inputLow)}`;
  const scaled = high - low === 1 ? unit : `${unit} * ${renderNumber(high - low)}`;
  return low === 0 ? scaled : `${scaled} + ${renderOperand(low)}`;
}

function renderOperand(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}
