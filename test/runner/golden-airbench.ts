import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cifar10 } from '../../src/cifar10/dataset.js';
import { serializeRecords } from '../../src/cifar10/records.js';
import { type Catalogue, shippedCatalogue } from '../../src/experiment/catalogue.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { parseExperiment } from '../../src/experiment/parse-experiment.js';
import { listLayers, variableOf } from '../../src/graph/fused-layers/layer.js';
import { gather } from '../../src/graph/resident.js';
import { type LayersModel, type Tensor, tensorflow } from '../../src/graph/tensorflow.js';
import { initialiseBy } from '../../src/models/initial-weights.js';
import type { ModelDefinition } from '../../src/models/model.js';
import { prepareTrial } from '../../src/runner/prepare-trial.js';
import type { Draw, DrawBatch, StageDefinition } from '../../src/stages/stage.js';
import type { LabelledBytes } from '../../src/training/image-table.js';
import { countStepsOf } from '../../src/training/training-length.js';
import { drawGoldenKernel, fromOihw, type GoldenTensor } from '../models/recipe-golden.js';
import { mulberry32 } from '../mulberry32.js';

/** A golden training in PyTorch: the recipe of an experiment on few images, losses summed over a batch. */
export interface GoldenTraining {
  readonly params: {
    readonly variant: 'sgd' | 'muon';
    readonly widths: readonly number[];
    readonly batch: number;
    readonly steps: number;
    readonly steps_per_epoch: number;
    readonly logit_scale: number;
    readonly init_seed: number;
    readonly draws: {
      readonly first_epoch_flip: readonly number[];
      readonly epochs: readonly {
        readonly permutation: readonly number[];
        readonly shifts_yx: readonly number[];
      }[];
    };
  };
  readonly input: {
    readonly first_record: number;
    readonly records: number;
    readonly sha256_of_records: string;
    readonly whitening_filters_OIHW: GoldenTensor;
  };
  readonly output: {
    readonly losses: readonly number[];
    readonly final_state: Readonly<Record<string, { readonly sum: number } | undefined>>;
  };
  readonly tolerance: { readonly loss_rel_per_step: readonly number[] };
}

/** The parts of an experiment file that a golden training changes, as they are written. */
interface WrittenExperiment {
  readonly model: { readonly layers: readonly Readonly<Record<string, unknown>>[] };
  readonly training: Readonly<Record<string, unknown>> & { readonly batchSize: number };
}

/**
 * Reads an experiment as the golden training has it: its widths, its batch, float32. A weight decay is given for each
 * image, so it shrinks with the batch.
 */
export function readForGolden(name: string, { params }: GoldenTraining): Experiment {
  const file = `experiments/record/${name}.json`;
  const written = JSON.parse(readFileSync(file, 'utf8')) as WrittenExperiment;
  const { batch, steps, steps_per_epoch, widths, logit_scale } = params;
  let convolutions = 0;
  const layers = written.model.layers.map((layer) => {
    if (layer.type === 'conv2d') return { ...layer, filters: widths[convolutions++ >> 1] };
    return layer.type === 'scale' ? { ...layer, factor: logit_scale } : layer;
  });
  const training = JSON.parse(JSON.stringify(written.training), (key, value) =>
    key === 'weightDecay' ? (value * batch) / written.training.batchSize : value,
  );
  const changed = {
    ...written,
    model: { ...written.model, layers },
    training: {
      ...training,
      batchSize: batch,
      epochs: steps / steps_per_epoch,
      precision: 'float32',
    },
  };
  return parseExperiment(changed, shippedCatalogue());
}

/**
 * Trains as a trial does, with the first weights, the order and the draws of the golden training. Returns the summed loss
 * of each step, and the sums of the final running statistics by PyTorch's names.
 */
export function trainLikeGolden(golden: GoldenTraining, experiment: Experiment, data: Cifar10) {
  const tf = tensorflow();
  const train = takeImages(golden, data.train);
  const kept: Tensor[] = [];
  let model: LayersModel | undefined;
  const catalogue: Catalogue = {
    stages: shippedCatalogue().stages.map((stage) => injectDraws(stage, golden, kept)),
    models: shippedCatalogue().models.map((definition) =>
      injectWeights(definition, golden, (made) => {
        model = made;
      }),
    ),
  };
  const { learner } = prepareTrial(
    { experiment, seed: 0 },
    { train, test: train },
    { catalogue, execution: 'graph', measuresGradient: false },
  );
  const { program, length, average } = learner;
  let step = 0;
  const losses = golden.params.draws.epochs.flatMap(({ permutation }, epoch) => {
    learner.train.begin(program, Int32Array.from(permutation));
    return learner.train.scheduleOf(countStepsOf(epoch, length)).map((name) => {
      const [loss] = program.run(name);
      step += 1;
      average?.update(program, step);
      const value = Number(loss?.dataSync()[0]);
      loss?.dispose();
      return value;
    });
  });
  average?.adopt(program, length.totalSteps);
  const statistics = findStatistics(model as LayersModel);
  const values = program.read(statistics.map(({ variable }) => variable));
  const sums = new Map(
    values.map((tensor, index) => [
      statistics[index]?.name ?? '',
      tensor.dataSync<'float32'>().reduce((sum, value) => sum + value, 0),
    ]),
  );
  learner.dispose();
  tf.dispose([...values, ...kept]);
  return { losses, sums };
}

function takeImages({ input }: GoldenTraining, train: LabelledBytes): LabelledBytes {
  const { first_record: first, records: count } = input;
  const images = train.images.slice(first * 3072, (first + count) * 3072);
  const labels = train.labels.slice(first, first + count);
  const records = serializeRecords({ count, images, labels });
  const hash = createHash('sha256').update(records).digest('hex');
  if (hash !== input.sha256_of_records) throw new Error('Other images.');
  return { count, images, labels };
}

/** Lets the stages that draw take what the golden training drew. */
function injectDraws(
  stage: StageDefinition,
  { params, input }: GoldenTraining,
  kept: Tensor[],
): StageDefinition {
  const { first_epoch_flip: flips, epochs } = params.draws;
  const table = (values: readonly number[]) => {
    const tensor = tensorflow().tensor1d([...values], 'float32');
    kept.push(tensor);
    return tensor;
  };
  const withDraw = (draw: (batch: DrawBatch) => Draw): StageDefinition => ({
    ...stage,
    create: (options) => ({
      ...stage.create(options),
      draw: (_random, _count, batch) => draw(batch),
    }),
  });
  if (stage.name === 'alternating-flip') {
    const first = table(flips.map((flipped) => (flipped === 1 ? 0.25 : 0.75)));
    return withDraw(({ indices, epoch }) => ({
      flip: gather(first, indices, 'float32'),
      epoch: epoch.cast('float32'),
    }));
  }
  if (stage.name !== 'random-crop') return stage;
  // The golden training mirrors before it crops, the experiment after: a shift to the right is then one to the left.
  const shifts = epochs.flatMap(({ shifts_yx }) => shifts_yx);
  const shiftOf = (image: number, axis: number) => shifts[2 * image + axis] ?? 0;
  const images = Array.from({ length: epochs.length * input.records }, (_, image) => image);
  const tops = table(images.map((image) => 2 + shiftOf(image, 0)));
  const lefts = table(
    images.map((image) => {
      const isMirrored = flips[image % input.records] === 1;
      return 2 + (isMirrored ? -1 : 1) * shiftOf(image, 1);
    }),
  );
  return withDraw(({ indices, epoch }) => {
    const places = epoch.mul(tensorflow().scalar(input.records, 'int32')).add<Tensor>(indices);
    return { top: gather(tops, places, 'float32'), left: gather(lefts, places, 'float32') };
  });
}

/** Lets a model begin with the golden training's weights; its whitening has learned the golden filters. */
function injectWeights(
  definition: ModelDefinition,
  { params, input }: GoldenTraining,
  onModel: (model: LayersModel) => void,
): ModelDefinition {
  if (definition.name !== 'layers') return definition;
  const tf = tensorflow();
  return {
    ...definition,
    fit: () => {
      const kernel = fromOihw(input.whitening_filters_OIHW);
      return { kernel: Array.from(kernel.dataSync()) };
    },
    create(options, shape, fitted) {
      const model = definition.create(options, shape, fitted);
      let convolutions = 0;
      for (const layer of listLayers(model)) {
        if (layer.name.startsWith('conv2d')) {
          const seed = params.init_seed + 1000 * convolutions++;
          initialiseBy(layer, 'kernel', ({ shape: [, , inputs = 0, filters = 0] }) =>
            fromOihw(drawGoldenKernel(seed, inputs, filters)),
          );
        }
        if (layer.name.startsWith('dense')) {
          const values = drawHead(params);
          initialiseBy(layer, 'kernel', ({ shape: [inputs = 0] }) =>
            tf.tensor2d(values, [10, inputs]).transpose(),
          );
        }
      }
      onModel(model);
      return model;
    },
  };
}

/** Shape: [10, inputs], flat. Muon's has deviation 1. */
function drawHead({ init_seed, widths, variant }: GoldenTraining['params']): Float32Array {
  const inputs = widths.at(-1) as number;
  const next = mulberry32(init_seed + 6000);
  const bound = 1 / Math.sqrt(inputs);
  const values = Float32Array.from({ length: 10 * inputs }, () => -bound + 2 * bound * next());
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const scale = variant === 'muon' ? 1 / Math.sqrt(squares / (values.length - 1)) : 1;
  return values.map((value) => value * scale);
}

/** The running means and variances, by PyTorch's names. */
function findStatistics(model: LayersModel) {
  const norms = listLayers(model).filter(({ name }) => name.startsWith('batch-normalization'));
  return norms.flatMap((layer, index) =>
    layer.weights.flatMap((weight) => {
      const part = /moving_(mean|variance)$/.exec(weight.originalName)?.[1];
      if (!part) return [];
      const running = part === 'mean' ? 'running_mean' : 'running_var';
      const name = `groups.${index >> 1}.norm${(index % 2) + 1}.${running}`;
      return [{ name, variable: variableOf(weight) }];
    }),
  );
}
