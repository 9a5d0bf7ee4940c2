import { z } from 'zod';
import { adam } from './adam.js';
import { adamw } from './adamw.js';
import { muon } from './muon.js';
import type { OptimizerDefinition } from './optimizer.js';
import { sgd } from './sgd.js';

/** All optimisers. Adding one means one file and one entry here. */
const optimizers = [adam, sgd, adamw, muon] as const;

type SchemasOf<List extends readonly OptimizerDefinition[]> = {
  -readonly [Index in keyof List]: List[Index]['options'];
};

/** Options of any optimiser. */
export const optimizerSchema = z.discriminatedUnion(
  'name',
  optimizers.map(({ options }) => options) as SchemasOf<typeof optimizers>,
);

export type OptimizerOptions = z.output<typeof optimizerSchema>;

export function findOptimizer({ name }: OptimizerOptions): OptimizerDefinition {
  const found = optimizers.find(({ options }) => options.shape.name.value === name);
  if (!found) throw new Error(`No optimiser "${name}".`);
  return found;
}
