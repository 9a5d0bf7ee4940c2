import { defineModel, tensorflow, z } from 'prep-lab';

/** A network that learns a little in no time, whose trials sleep for so many seconds in place of computing. */
export const sleeping = defineModel({
  options: z.strictObject({ name: z.literal('sleeping'), seconds: z.number().default(0) }),
  fit({ seconds }) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000);
    return {};
  },
  create(_options, { image, classCount }) {
    const { layers, sequential } = tensorflow();
    const inputShape = [image.height, image.width, image.channels];
    return sequential({
      layers: [
        layers.averagePooling2d({ inputShape, poolSize: 16 }),
        layers.flatten(),
        layers.dense({ units: classCount, activation: 'softmax', name: 'head' }),
      ],
    });
  },
});
