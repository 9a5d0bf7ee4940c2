import { activationName, identifyLayer, type Layer } from '../graph/fused-layers/layer.js';
import type { LayersModel, SymbolicTensor, Tensor } from '../graph/tensorflow.js';
import type { PythonPlace } from '../stages/stage.js';
import { callPython, type PythonValue } from '../text/python.js';
import { UserError } from '../user-error.js';
import type { NpyArray } from './npz.js';
import type { TrainedNetwork } from './trained-network.js';

/** A layer in a network whose layers are called one after the other. */
export interface PlacedLayer {
  /** Fit for a variable in Python; different for each. */
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Of its activation, "linear" where it has none. */
  readonly activation: string;
  /** What it takes: names of layers, or "images". */
  readonly inputs: readonly string[];
  /** Without the batch. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** By their names in the layer: "kernel", "moving_mean". */
  readonly weights: ReadonlyMap<string, NpyArray>;
}

/** Returns the layers of a network in an order in which they can be computed, without inputs and the softmax at the end. */
export function placeNetwork({ model, weights }: TrainedNetwork): PlacedLayer[] {
  const values = new Map(model.weights.map(({ id }, index) => [id, weights[index] as Tensor]));
  const placed: PlacedLayer[] = [];
  const names = new Map<string, string>();
  const place = (output: SymbolicTensor): string => {
    const { sourceLayer: layer, inputs } = output;
    const known = names.get(layer.name);
    if (known) return known;
    if (layer.getClassName() === 'InputLayer') return 'images';
    const given = inputs.map(place);
    const name = nameOf(layer, placed);
    names.set(layer.name, name);
    placed.push(describeLayer(layer, { name, inputs: given, ends: { inputs, output }, values }));
    return name;
  };
  place(model.outputs[0] as SymbolicTensor);
  return withoutSoftmax(placed, model);
}

function nameOf(layer: Layer, placed: readonly PlacedLayer[]): string {
  const { kind, name } = identifyLayer(layer);
  const count = placed.filter((other) => other.kind === layer.getClassName()).length + 1;
  // tfjs-layers counts the names that it makes on in a process.
  const own = /_[A-Z]\w*\d+$/.test(name) ? `${kind}_${count}` : name;
  const clean = own.replace(/\W/g, '_');
  return placed.some((other) => other.name === clean)
    ? `${clean}_${kind.replace(/\W/g, '_')}`
    : clean;
}

/** As Keras' set_weights takes them. */
const weightOrder = [
  'kernel',
  'depthwise_kernel',
  'bias',
  'gamma',
  'beta',
  'moving_mean',
  'moving_variance',
];

function describeLayer(
  layer: Layer,
  {
    name,
    inputs,
    ends,
    values,
  }: {
    readonly name: string;
    readonly inputs: readonly string[];
    readonly ends: { readonly inputs: readonly SymbolicTensor[]; readonly output: SymbolicTensor };
    readonly values: ReadonlyMap<number, Tensor>;
  },
): PlacedLayer {
  const config = layer.getConfig();
  const sides = (end: SymbolicTensor | undefined) => (end?.shape.slice(1) ?? []) as number[];
  const weights = layer.weights.map(({ id, originalName }) => {
    const tensor = values.get(id) as Tensor;
    const array = { values: tensor.dataSync() as Float32Array, shape: tensor.shape };
    return [originalName.split('/').at(-1) ?? '', array] as const;
  });
  // tfjs-layers lists frozen weights last, Keras each at its place.
  weights.sort(([a], [b]) => weightOrder.indexOf(a) - weightOrder.indexOf(b));
  return {
    name,
    kind: layer.getClassName(),
    config,
    activation: 'activation' in config ? activationName(layer) : 'linear',
    inputs,
    inputShape: sides(ends.inputs[0]),
    outputShape: sides(ends.output),
    weights: new Map(weights),
  };
}

/** The code takes the softmax of the logits itself. */
function withoutSoftmax(placed: readonly PlacedLayer[], { name }: LayersModel): PlacedLayer[] {
  const last = placed.at(-1) as PlacedLayer;
  const others = placed.slice(0, -1);
  if (last.kind === 'Softmax') return others;
  if (last.activation !== 'softmax') throw new Error(`"${name}" does not end in a softmax.`);
  return last.kind === 'Activation' ? others : [...others, { ...last, activation: 'linear' }];
}

/** Numbers that code reads from a file beside it, as `weights["..."]`. */
export interface NumberStore {
  readonly arrays: Record<string, NpyArray>;
  /** For a stage's numbers. */
  placeOf(index: number, network: TrainedNetwork): PythonPlace;
}

export function createNumberStore(): NumberStore {
  const arrays: Record<string, NpyArray> = {};
  return {
    arrays,
    placeOf: (index, { pipeline, fitted }) => ({
      shape: pipeline.inputShapes[index] as PythonPlace['shape'],
      fitted: fitted[index] ?? {},
      store(name, values, shape): PythonValue {
        const key = `stage_${index}/${name}`;
        arrays[key] = { values: Float32Array.from(values), shape };
        return { code: `weights[${JSON.stringify(key)}]` };
      },
    }),
  };
}

/** One line of a pipeline in Python. */
export interface PythonStage {
  readonly when: 'always' | 'train';
  /** Expressions; a comment alone where the library has no counterpart of an augmentation. */
  readonly code: readonly string[];
}

/**
 * Returns the stages of a pipeline as code of a library.
 * @throws UserError naming the stage for one that test images pass and the library does not have.
 */
export function writeStages(
  network: TrainedNetwork,
  library: 'keras' | 'torchvision',
  store: NumberStore,
): PythonStage[] {
  return network.pipeline.stages.map((stage, index) => {
    const write = stage.inPython?.[library];
    if (write) return { when: stage.when, code: write(store.placeOf(index, network)) };
    if (stage.when === 'train') {
      const formula = stage.formula ? `: ${stage.formula}` : '';
      return { when: stage.when, code: [`# Not here: "${stage.name}"${formula}`] };
    }
    throw new UserError(
      `Stage preprocessing[${index}] "${stage.name}", with these options, has no counterpart in ${library}, and test images pass it.`,
      { hint: 'export to saved-model or tfjs, which hold every stage.' },
    );
  });
}

/**
 * Returns the expression for the logits of `x`: of the images as they are, or the mean over views, each made by the code's
 * function `view`.
 */
export function renderLogits(network: string, views: TrainedNetwork['views']): string {
  if (!views) return `${network}(x)`;
  return views
    .map(({ mirror, translate: [down, right], weight }) => {
      const view = callPython('view', [{ code: 'x' }, down, right, mirror]);
      return `${weight} * ${network}(${view})`;
    })
    .join(' + ');
}

/** Returns the error for a layer that a library does not have. */
export function missingLayer({ name, kind }: PlacedLayer, library: string): UserError {
  return new UserError(`Layer "${name}" (${kind}) cannot be written for ${library}.`, {
    hint: 'export to saved-model or tfjs, which hold every layer.',
  });
}
