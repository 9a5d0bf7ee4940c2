import { z } from 'zod';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { type Factor, factorOption, renderNumber, symmetricRange } from './factor.js';
import { type AffineMap, createGeometricStage, createSamplingOptions } from './geometric-stage.js';
import { type Draw, defineStage, drawn, type ImageShape, type ValueRange } from './stage.js';

const degrees = factorOption(z.number().min(-360).max(360));
// Beyond it an image would be sheared to a line.
const shearDegrees = factorOption(z.number().gt(-90).lt(90));
const share = z.number().min(0).max(1);

/**
 * Turns, moves, scales and slants each image about its centre, by one resampling.
 * Formula: with t = angleDegrees, sx and sy the shears, s the scale, (dx, dy) the shift rounded to whole pixels: a pixel at
 * (x, y) from the centre reads R^-1 (x - dx, y - dy), R = s Rot(t) [[1, 0], [-tan sy, 1]] [[1, -tan sx], [0, 1]].
 * Source: torchvision's RandomAffine, with its defaults. A positive angle turns clockwise, other than in random-rotation. A
 * fill value is blended once at the border (torchvision: twice, but for 0); pixels half way between two others are rounded
 * away from 0 (torchvision: to even).
 */
export const randomAffine = defineStage({
  options: z
    .strictObject({
      name: z.literal('random-affine'),
      degrees: degrees
        .default(0)
        .describe('Largest angle in degrees, or a pair [low, high]; positive turns clockwise.'),
      translate: z
        .tuple([share, share])
        .default([0, 0])
        .describe('Largest shift as a share of the width and of the height, either way.'),
      scale: z
        .tuple([z.number().gt(0), z.number().gt(0).max(100)])
        .refine(([low, high]) => low <= high, { error: 'must be [low, high] with low up to high' })
        .default([1, 1])
        .describe('The size of the content, [low, high]; above 1 it gets larger.'),
      shearX: shearDegrees
        .default(0)
        .describe('Largest slant of columns in degrees, or a pair [low, high].'),
      shearY: shearDegrees
        .default(0)
        .describe('Largest slant of rows in degrees, or a pair [low, high].'),
      ...createSamplingOptions({ fillMode: 'constant', interpolation: 'nearest' }),
    })
    .describe('Turns, moves, scales and slants each training image, by one resampling.')
    .meta({
      alsoCalled: ['ShiftScaleRotate'],
      examples: [
        { name: 'random-affine', degrees: 15, translate: [0.1, 0.1], scale: [0.9, 1.1], shearX: 5 },
      ],
    }),
  create({ degrees, translate, scale, shearX, shearY, ...sampling }) {
    const draws: Readonly<Record<string, ValueRange>> = {
      angleDegrees: symmetricRange(degrees),
      widthFraction: [-translate[0], translate[0]],
      heightFraction: [-translate[1], translate[1]],
      scale,
      xShearDegrees: symmetricRange(shearX),
      yShearDegrees: symmetricRange(shearY),
    };
    const [lowest, highest] = symmetricRange(degrees);
    const geometric = createGeometricStage({
      formula: tellMap({ degrees, translate, scale, shearX, shearY }),
      sampling,
      draw(random, count) {
        const entries = Object.entries(draws).map(([name, [low, high]]) => {
          return [name, random.uniform(name, { shape: [count], low, high })] as const;
        });
        return Object.fromEntries<Tensor>(entries);
      },
      map: invertAffine,
    });
    const isOneSided = lowest !== -highest;
    return { ...geometric, ...(isOneSided && { traps: () => [oneSided] }) };
  },
});

const oneSided =
  '"random-affine" turns clockwise by positive angles, as torchvision does; "random-rotation" turns the other way.';

/** The map from output to input pixels. Source: torchvision's `_get_inverse_affine_matrix`, about the image's centre. */
function invertAffine(draw: Draw, { height, width }: ImageShape): AffineMap {
  const tf = tensorflow();
  const radians = (name: string) => drawn(draw, name).mul(Math.PI / 180);
  const [turn, slantX, slantY] = [
    radians('angleDegrees'),
    radians('xShearDegrees').tan(),
    radians('yShearDegrees'),
  ];
  const [along, across] = [turn.sub(slantY).cos(), turn.sub(slantY).sin()].map((part) =>
    part.div(slantY.cos()),
  ) as [Tensor, Tensor];
  const scale = drawn(draw, 'scale');
  const b = along.mul(slantX).add(turn.sin()).neg();
  const d = across.mul(slantX).neg().add(turn.cos());
  const inverse = [d, b.neg(), across.neg(), along].map((part) => part.div(scale));
  const [a0, a1, b0, b1] = inverse as [Tensor, Tensor, Tensor, Tensor];
  // The order of the centre's and the shift's terms keeps whole pixels whole where nothing is turned.
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const right = tf.add(drawn(draw, 'widthFraction').mul(width).round(), cx);
  const down = tf.add(drawn(draw, 'heightFraction').mul(height).round(), cy);
  const offset = (x: Tensor, y: Tensor, centre: number) =>
    tf.sub(centre, x.mul(right)).sub(y.mul(down));
  return { a: [a0, a1, offset(a0, a1, cx)], b: [b0, b1, offset(b0, b1, cy)] };
}

interface AffineOptions {
  readonly degrees: Factor;
  readonly translate: ValueRange;
  readonly scale: ValueRange;
  readonly shearX: Factor;
  readonly shearY: Factor;
}

/** Says what is done to an image; what does nothing is left out. */
function tellMap({ degrees, translate, scale, shearX, shearY }: AffineOptions): string {
  const between = (factor: Factor) => symmetricRange(factor).map(renderNumber).join(' to ');
  const isNothing = (factor: Factor) => symmetricRange(factor).every((end) => end === 0);
  const parts = [
    isNothing(degrees) ? '' : `turned clockwise by ${between(degrees)} degrees about the centre`,
    isNothing(translate)
      ? ''
      : `moved by up to ${translate[0]} of the width and ${translate[1]} of the height`,
    scale.every((end) => end === 1) ? '' : `scaled by ${scale.join(' to ')}`,
    isNothing(shearX) ? '' : `slanted by ${between(shearX)} degrees in x`,
    isNothing(shearY) ? '' : `slanted by ${between(shearY)} degrees in y`,
  ];
  return parts.filter((part) => part !== '').join(', ') || 'x';
}
