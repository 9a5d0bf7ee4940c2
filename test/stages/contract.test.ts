import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compileProgram } from '../../src/graph/compile.js';
import { createRandomSource } from '../../src/graph/random.js';
import type { Tensor, Tensor4D, TensorFlow } from '../../src/graph/tensorflow.js';
import { stages } from '../../src/stages/list.js';
import { createPipeline } from '../../src/stages/pipeline.js';
import { firstImages, type Stage, type StageDefinition } from '../../src/stages/stage.js';
import { loadTestEngine } from '../engine.js';

// More than 1024 values an image: what a stage holds for each of them is a large tensor in a graph.
const inputShape = { height: 20, width: 18, channels: 3 };
const imageSize = 20 * 18 * 3;
const count = 4;
const bytes = Uint8Array.from({ length: count * imageSize }, (_, i) => (i * 89) % 256);

interface Example {
  readonly label: string;
  readonly options: { readonly name: string };
  readonly stage: Stage;
  readonly schema: StageDefinition['options'];
}

const examples: Example[] = stages.flatMap((definition) => {
  const given = (definition.options.meta()?.examples ?? []) as { name: string }[];
  return given.map((example) => {
    const options = definition.options.parse(example) as { name: string };
    return {
      label: JSON.stringify(example),
      options,
      stage: definition.create(options as never),
      schema: definition.options,
    };
  });
});

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTestEngine();
});

function makeImages(): Tensor4D {
  return tf.tensor4d(Float32Array.from(bytes), [count, 20, 18, 3]);
}

interface Once {
  readonly seed?: number;
  readonly training?: boolean;
  readonly epoch?: number;
  /** The place of the first image in the training set. */
  readonly first?: number;
}

function applyOnce(stage: Stage, images: Tensor4D, options: Once = {}): Tensor4D {
  const { seed = 1, training = true, epoch = 0, first = 0 } = options;
  const pipeline = createPipeline([stage], { inputShape, resampling: 'each' });
  const fitted = pipeline.fit({ count, images: bytes });
  const random = () => {
    const step = tf.scalar(0, 'int32');
    return createRandomSource({ seed, stream: 'contract', step });
  };
  return tf.tidy(() => {
    const batch = {
      indices: tf.range(first, first + images.shape[0], 1, 'int32'),
      epoch: tf.scalar(epoch, 'int32'),
    };
    return pipeline.apply(images, { training, fitted, random, batch });
  });
}

/** Tells whether a stage's draws belong to image and epoch instead of the step. */
function drawsByIndex(stage: Stage): boolean {
  let found = false;
  const source = constantSource();
  const uniformByIndex = () => {
    found = true;
    return source.uniformByIndex();
  };
  tf.tidy(() => void stage.draw?.({ ...source, uniformByIndex }, count, firstBatch()));
  return found;
}

describe('The list of stages', () => {
  test('has no name twice', () => {
    const names = stages.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(stages)('$name has an example', ({ name }) => {
    expect(examples.map(({ options }) => options.name)).toContain(name);
  });

  test.each(stages)('$name describes itself and every option', ({ options }) => {
    expect(options.description).toMatch(/^[A-Z].*\.$/);
    for (const [key, option] of Object.entries(options.shape)) {
      if (key !== 'name') expect((option as z.ZodType).description, key).toMatch(/^["f A-Z].*\.$/);
    }
  });

  test.each(stages)('$name refuses an option that it does not know', ({ name, options }) => {
    expect(options.safeParse({ name, colour: 'red' }).error?.issues).toContainEqual(
      expect.objectContaining({ code: 'unrecognized_keys', keys: ['colour'] }),
    );
  });

  test.each(stages)('$name has a JSON Schema', ({ options }) => {
    expect(z.toJSONSchema(options, { io: 'input' })).toMatchObject({ type: 'object' });
  });
});

describe.each(examples)('$label', ({ stage, options, schema }) => {
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  test('gives float32 images of the shape that it states', () => {
    const output = applyOnce(stage, makeImages());
    const { height, width, channels } = stage.outputShape?.(inputShape) ?? inputShape;
    expect(output.shape).toEqual([count, height, width, channels]);
    expect(output.dtype).toBe('float32');
  });

  test('leaves its input as it was', () => {
    const images = makeImages();
    const output = applyOnce(stage, images);
    expect(output).not.toBe(images);
    expect(images.dataSync()).toEqual(Float32Array.from(bytes));
  });

  test('gives finite values within the range that it states', () => {
    const [low, high] = stage.gives([0, 255]);
    // zscore's range is what is typical.
    const slack = options.name === 'zscore' ? 1 : 1e-3;
    const values = applyOnce(stage, makeImages()).dataSync();
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low - slack);
    expect(Math.max(...values)).toBeLessThanOrEqual(high + slack);
  });

  test('gives a proper range for every proper range', () => {
    for (const range of [
      [0, 1],
      [-2.5, 2.5],
      [0, 0],
      [-Infinity, Infinity],
    ] as const) {
      const [low, high] = stage.gives(range);
      expect(low, String(range)).toBeLessThanOrEqual(high);
    }
  });

  test('gives the same for the same seed', () => {
    const first = applyOnce(stage, makeImages(), { seed: 0 }).dataSync();
    expect(applyOnce(stage, makeImages(), { seed: 0 }).dataSync()).toEqual(first);
  });

  test('gives something else for another seed exactly if it draws', () => {
    const first = applyOnce(stage, makeImages(), { seed: 0 }).dataSync();
    const second = applyOnce(stage, makeImages(), { seed: 5 }).dataSync();
    if (stage.draw) expect(second).not.toEqual(first);
    else expect(second).toEqual(first);
  });

  test('gives something else in the next epoch, or always draws the same', () => {
    const inEpoch = (epoch: number) =>
      applyOnce(stage, makeImages(), { epoch }).dataSync<'float32'>();
    const depends = drawsByIndex(stage);
    if (depends) expect(inEpoch(1)).not.toEqual(inEpoch(0));
    else expect(inEpoch(1)).toEqual(inEpoch(0));
  });

  test('gives an image the same in another batch if it draws by index', () => {
    if (!drawsByIndex(stage)) return;
    const size = imageSize;
    const together = applyOnce(stage, makeImages(), { epoch: 3 }).dataSync();
    const last = makeImages().slice([count - 1], [1]);
    const alone = applyOnce(stage, last, { epoch: 3, first: count - 1 }).dataSync();
    expect(alone).toEqual(together.slice((count - 1) * size));
  });

  test('leaves test images alone exactly if it is for training', () => {
    const output = applyOnce(stage, makeImages(), { training: false }).dataSync();
    const trained = applyOnce(stage, makeImages()).dataSync();
    if (stage.when === 'train') expect(output).toEqual(Float32Array.from(bytes));
    else expect(output).toEqual(trained);
  });

  test('has options that survive JSON', () => {
    expect(schema.parse(JSON.parse(JSON.stringify(options)))).toEqual(options);
  });

  test('leaks no tensor', () => {
    const images = makeImages();
    const before = tf.memory().numTensors;
    const output = applyOnce(stage, images);
    expect(tf.memory().numTensors).toBe(before + 1);
    output.dispose();
    if (!stage.geometry || !stage.draw) return;
    const draw = stage.draw(constantSource(), count, firstBatch());
    const drawn = tf.memory().numTensors;
    stage.geometry.transforms(draw, inputShape).dispose();
    stage.apply(images, { draw, fitted: {} }).dispose();
    expect(tf.memory().numTensors).toBe(drawn);
  });

  test('becomes a graph that draws anew in every run', () => {
    const images = makeImages();
    const pipeline = createPipeline([stage], { inputShape, resampling: 'once' });
    const fitted = pipeline.fit({ count, images: bytes });
    const step = tf.variable(tf.scalar(0, 'int32'), false);
    const augment = (batch: Tensor4D, at: Tensor) => {
      const random = () => createRandomSource({ seed: 2, stream: 'graph', step: at });
      return pipeline.apply(batch, { training: true, fitted, random });
    };
    const compute = (batch: Tensor) => {
      const output = augment(batch as Tensor4D, step);
      step.assign(step.add(tf.scalar(1, 'int32')));
      // A graph cannot return the very tensor that it was fed, as raw would.
      return [output.add(0)];
    };
    const inputs = [{ shape: images.shape, dtype: 'float32' as const }];
    const program = compileProgram({ augment: { compute, inputs } }, { state: [step] });
    for (const at of [0, 1]) {
      const [compiled] = program.run('augment', [images]);
      const expected = augment(images, tf.scalar(at, 'int32')).dataSync();
      compiled?.dataSync().forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] as number, 2);
      });
    }
    program.dispose();
    step.dispose();
  });
});

function firstBatch() {
  return { ...firstImages(count), shape: inputShape };
}

function constantSource() {
  return {
    uniform: (_: string, { shape }: { shape: readonly number[] }) => tf.fill([...shape], 0.6),
    normal: (_: string, { shape }: { shape: readonly number[] }) => tf.fill([...shape], 0.6),
    uniformByIndex: () => tf.fill([count], 0.6),
  };
}
