import { z } from 'zod';
import { callPython } from '../text/python.js';
import { UserError } from '../user-error.js';
import { sizeOption, withSize } from './aspect-ratio.js';
import { defineStage, type ImageShape } from './stage.js';
import { includeInRange } from './value-range.js';

/**
 * Puts a border of one value around the images, by margins or up to a size.
 * Formula: up to a size, floor((output - input) / 2) pixels above and left, the rest below and right.
 * Source: Keras' ZeroPadding2D for margins; the padding up to a size is ours, the counterpart of "center-crop".
 */
export const pad = defineStage({
  schedule: 'none',
  options: z
    .strictObject({
      name: z.literal('pad'),
      margin: z
        .number()
        .int()
        .min(0)
        .max(1024)
        .exactOptional()
        .describe('Pixels to add on each side; instead of height and width.'),
      height: sizeOption.exactOptional().describe('Height of the padded images, in pixels.'),
      width: sizeOption.exactOptional().describe('Width of the padded images, in pixels.'),
      fillValue: z.number().default(0).describe('The value of the border.'),
    })
    .refine(
      ({ margin, height, width }) =>
        (margin !== undefined) !== (height !== undefined || width !== undefined),
      { error: 'needs either "margin", or "height" and "width"' },
    )
    .refine(({ height, width }) => (height === undefined) === (width === undefined), {
      error: 'needs "height" and "width" together',
    })
    .describe('Puts a border of one value around the images.')
    .meta({
      examples: [
        { name: 'pad', margin: 4 },
        { name: 'pad', height: 40, width: 41, fillValue: 1 },
      ],
      alsoCalled: [
        'padding',
        'ZeroPadding2D',
        'PadIfNeeded',
        'border',
        'pad-to-bounding-box',
        'resize-with-crop-or-pad',
      ],
    }),
  create({ margin = 0, height, width, fillValue }) {
    const outputShape = (image: ImageShape): ImageShape =>
      withSize(image, {
        height: height ?? image.height + 2 * margin,
        width: width ?? image.width + 2 * margin,
      });
    const marginsOf = (image: ImageShape) => {
      const output = outputShape(image);
      return {
        rows: splitMargin(output.height - image.height),
        columns: splitMargin(output.width - image.width),
      };
    };
    return {
      when: 'always',
      formula:
        height === undefined
          ? `${margin} pixels of ${fillValue} on each side`
          : `pixels of ${fillValue} around, up to ${height} x ${width}`,
      gives: (range) => includeInRange(range, fillValue),
      outputShape(image) {
        const output = outputShape(image);
        if (output.height >= image.height && output.width >= image.width) return output;
        throw new UserError(
          `Stage "pad" must give images at least as large as its input, ${image.height} x ${image.width}, ` +
            `received height ${output.height} and width ${output.width}.`,
          { hint: 'Use "center-crop" to make images smaller.' },
        );
      },
      apply(images) {
        const [, inputHeight, inputWidth, channels] = images.shape;
        const { rows, columns } = marginsOf({ height: inputHeight, width: inputWidth, channels });
        const margins: [number, number][] = [[0, 0], rows, columns, [0, 0]];
        return images.pad(margins, fillValue);
      },
      inPython: {
        ...(fillValue === 0 && {
          keras: ({ shape }) => {
            const { rows, columns } = marginsOf(shape);
            return [callPython('layers.ZeroPadding2D', [[rows, columns]])];
          },
        }),
        torchvision: ({ shape }) => {
          const { rows, columns } = marginsOf(shape);
          const padding = [columns[0], rows[0], columns[1], rows[1]];
          return [callPython('v2.Pad', [padding], { fill: fillValue })];
        },
      },
    };
  },
});

function splitMargin(total: number): [before: number, after: number] {
  const before = Math.floor(total / 2);
  return [before, total - before];
}
