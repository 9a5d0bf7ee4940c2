import { z } from 'zod';
import type { ModelDefinition } from '../models/model.js';
import type { StageDefinition } from '../stages/stage.js';

export type Definition = StageDefinition | ModelDefinition;

/** Tells whether an export of a plug-in comes from `defineStage` or `defineModel`. */
export function isDefinition(exported: unknown): exported is Definition {
  if (typeof exported !== 'object' || exported === null || !('kind' in exported)) return false;
  return exported.kind === 'stage' || exported.kind === 'model';
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
