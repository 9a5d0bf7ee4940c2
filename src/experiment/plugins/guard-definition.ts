import { z } from 'zod';
import { reasonOf } from '../../engine/error-reason.js';
import type { Tensor4D } from '../../graph/tensorflow.js';
import type { ModelDefinition } from '../../models/model.js';
import type { ImageShape, Stage, StageDefinition, ValueRange } from '../../stages/stage.js';
import { isLackOfMemory } from '../../storage/machine-limits.js';
import { UserError } from '../../user-error.js';
import type { LauncherDefinition, LauncherPlaces } from './define-launcher.js';
import { findPlace, runPluginCode } from './plugin-code.js';

export type Definition = StageDefinition | ModelDefinition | LauncherDefinition;

/** Tells whether an export of a plug-in comes from `defineStage`, `defineModel` or `defineLauncher`. */
export function isDefinition(exported: unknown): exported is Definition {
  if (typeof exported !== 'object' || exported === null || !('kind' in exported)) return false;
  return ['stage', 'model', 'launcher'].includes(String(exported.kind));
}

/** Returns what is wrong with a definition, as a sentence that follows its name; nothing where it is sound. */
export function findDefinitionFault({ options, name, create }: Definition): string | undefined {
  if (typeof create !== 'function') return 'must have a function "create"';
  if (!isZodObject(options)) return 'must have options made with z.strictObject({ ... })';
  if (options.def.catchall?._zod.def.type !== 'never') {
    return 'must have strict options: z.strictObject({ ... }) instead of z.object({ ... })';
  }
  if (typeof name !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    return 'must have a name of small letters, digits and hyphens: name: z.literal("my-name")';
  }
  return findUnwritable(options);
}

function isZodObject(options: unknown): options is z.ZodObject {
  if (typeof options !== 'object' || options === null || !('_zod' in options)) return false;
  return (options as z.ZodType)._zod.def.type === 'object';
}

/** Options come from JSON and go into the JSON Schema. */
function findUnwritable(options: z.ZodObject): string | undefined {
  try {
    z.toJSONSchema(options, { io: 'input' });
    return undefined;
  } catch (error) {
    return `must have options that JSON can hold (${(error as Error).message})`;
  }
}

/** Wraps a plug-in's stage so that what it does is checked where it is done, with the plug-in's name. */
export function guardStage(definition: StageDefinition, file: string): StageDefinition {
  const part: Part = { file, named: `stage "${definition.name}"` };
  const create = guard(part, 'create', definition.create);
  return {
    ...definition,
    create(options) {
      const stage = create(options);
      requireSound(part, findStageFault(stage));
      return guardFunctions(part, stage);
    },
  };
}

/** Wraps a plug-in's model so that what fails in making it is told with the plug-in's name. */
export function guardModel(definition: ModelDefinition, file: string): ModelDefinition {
  const part: Part = { file, named: `model "${definition.name}"` };
  const create = guard(part, 'create', definition.create);
  return {
    ...definition,
    create(options, input) {
      const model = create(options, input);
      const isModel =
        typeof (model as Partial<typeof model> | undefined)?.countParams === 'function';
      requireSound(part, isModel ? undefined : 'must return a tf.LayersModel from "create"');
      return model;
    },
  };
}

/** Wraps a plug-in's launcher so that what it returns is checked, with the plug-in's name. */
export function guardLauncher(definition: LauncherDefinition, file: string): LauncherDefinition {
  const part: Part = { file, named: `launcher "${definition.name}"` };
  const create = guard(part, 'create', definition.create);
  return {
    ...definition,
    create(options) {
      const launcher = create(options);
      requireSound(part, findLauncherFault(launcher));
      const command = guard(part, 'command', launcher.command.bind(launcher));
      return {
        places: launcher.places,
        command(request) {
          const words = command(request);
          requireSound(part, findWordsFault(words));
          return words;
        },
      };
    },
  };
}

/** Each place is a process here, and holds open files. */
const mostPlaces = 1000;

function findLauncherFault(launcher: Partial<LauncherPlaces> | undefined): string | undefined {
  const { places, command } = launcher ?? {};
  if (!Number.isInteger(places) || Number(places) < 1 || Number(places) > mostPlaces) {
    return `must have "places": a whole number from 1 to ${mostPlaces}, received ${tell(places)}`;
  }
  return typeof command === 'function' ? undefined : 'must have a function "command"';
}

function findWordsFault(words: unknown): string | undefined {
  const isFine =
    Array.isArray(words) && words.every((word) => typeof word === 'string') && Boolean(words[0]);
  return isFine
    ? undefined
    : `must return from "command" a program and its arguments as texts, received ${tell(words)}`;
}

/** A stage, a model or a launcher of a plug-in. */
interface Part {
  readonly file: string;
  /** As errors name it: 'stage "random-gamma"'. */
  readonly named: string;
}

function guardFunctions(part: Part, stage: Stage): Stage {
  const { outputShape, fit, draw, geometry, applyToLabels } = stage;
  const gives = guard(part, 'gives', stage.gives.bind(stage));
  const apply = guard(part, 'apply', stage.apply.bind(stage));
  const shapes = outputShape && guard(part, 'outputShape', outputShape.bind(stage));
  return {
    ...stage,
    gives(input) {
      const range = gives(input);
      requireSound(part, findRangeFault('"gives" must return', range));
      return range;
    },
    ...(shapes && {
      outputShape(input) {
        const shape = shapes(input);
        requireSound(part, findShapeFault(shape));
        return shape;
      },
    }),
    ...(fit && { fit: guard(part, 'fit', fit.bind(stage)) }),
    ...(draw && { draw: guard(part, 'draw', draw.bind(stage)) }),
    apply(images, context) {
      const applied = apply(images, context);
      requireSound(part, findTensorFault(applied));
      return applied;
    },
    ...(applyToLabels && {
      applyToLabels: guard(part, 'applyToLabels', applyToLabels.bind(stage)),
    }),
    ...(geometry && {
      geometry: {
        ...geometry,
        transforms: guard(part, 'geometry.transforms', geometry.transforms.bind(geometry)),
      },
    }),
  };
}

/** Returns the function with its errors told as the plug-in's, except those that the machine is to blame for. */
function guard<Parameters extends unknown[], Result>(
  { file, named }: Part,
  name: string,
  code: (...parameters: Parameters) => Result,
): (...parameters: Parameters) => Result {
  return (...parameters) => {
    try {
      return runPluginCode({ file, what: 'use' }, () => code(...parameters));
    } catch (error) {
      const reason = reasonOf(error);
      if (error instanceof UserError || isLackOfMemory(String(error))) throw error;
      throw new UserError(`${findPlace(error) ?? file}: ${named}: "${name}" fails: ${reason}`, {
        hint: 'docs/plugins.md says what it is given and what it must return.',
        cause: error,
      });
    }
  };
}

function requireSound({ file, named }: Part, fault: string | undefined): void {
  if (fault === undefined) return;
  throw new UserError(`${file}: ${named} ${fault}.`, {
    hint: 'docs/plugins.md lists what "create" must return.',
  });
}

function findStageFault(stage: Stage): string | undefined {
  if (stage.when !== 'always' && stage.when !== 'train') {
    return 'must have "when": "always" or "train"';
  }
  if (typeof stage.gives !== 'function') return 'must have a function "gives"';
  if (typeof stage.apply !== 'function') return 'must have a function "apply"';
  return stage.expects && findRangeFault('must have "expects":', stage.expects);
}

/** Infinite ends are allowed: not known before training. */
function findRangeFault(must: string, range: ValueRange): string | undefined {
  const isRange =
    Array.isArray(range) &&
    range.length === 2 &&
    range.every((end) => typeof end === 'number' && !Number.isNaN(end)) &&
    range[0] <= range[1];
  return isRange ? undefined : `${must} two numbers [low, high], received ${tell(range)}`;
}

function findShapeFault(shape: ImageShape): string | undefined {
  const sizes = [shape?.height, shape?.width, shape?.channels];
  if (sizes.every((size) => Number.isInteger(size) && size >= 1)) return undefined;
  return `"outputShape" must return whole numbers { height, width, channels }, received ${tell(shape)}`;
}

function findTensorFault(applied: Partial<Tensor4D> | undefined): string | undefined {
  if (applied?.shape?.length === 4) return undefined;
  return '"apply" must return a tensor [N, H, W, C]';
}

/** As JSON, but with NaN and infinite numbers as they are. */
function tell(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tell).join(', ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
