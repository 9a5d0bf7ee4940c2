import { baseline } from './baseline.js';
import { deep } from './deep.js';
import { layers } from './layers.js';
import type { ModelDefinition } from './model.js';

/** All models that prep-lab ships. Adding one means one file and one entry here. */
export const models = [baseline, deep, layers] as const satisfies readonly ModelDefinition[];
