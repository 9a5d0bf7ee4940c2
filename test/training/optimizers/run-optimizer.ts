import { readFileSync } from 'node:fs';
import { compileProgram } from '../../../src/graph/compile.js';
import { type Tensor, tensorflow } from '../../../src/graph/tensorflow.js';
import { createVariable } from '../../../src/graph/variable.js';
import { createOptimizer, type OptimizerRecipe } from '../../../src/training/optimizer.js';
import type { Parameter } from '../../../src/training/parameter.js';

/** Reads a file of test/golden/recipe: see golden2's README.md. */
export function readGolden<Golden>(name: string): Golden {
  const file = new URL(`../../golden/recipe/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Golden;
}

export interface StartingWeight extends Omit<Parameter, 'variable'> {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Makes a weight of a dense layer of its own. */
export function denseWeight(index: number, values: readonly number[]): StartingWeight {
  return { layer: `dense_${index}`, kind: 'dense', part: 'kernel', shape: [values.length], values };
}

/**
 * Takes a step for each entry of `gradients` (one array a weight) in a graph, an epoch being one step.
 * Returns the weights after each step.
 */
export function runOptimizer(
  recipe: OptimizerRecipe,
  weights: readonly StartingWeight[],
  gradients: readonly (readonly (readonly number[])[])[],
): number[][][] {
  const tf = tensorflow();
  const iteration = createVariable(tf.scalar(0, 'int32'));
  const learningRate = createVariable(tf.scalar(recipe.optimizer.learningRate));
  const parameters = weights.map(({ values, shape, ...place }) => ({
    ...place,
    variable: tf.variable(tf.tensor([...values], [...shape])),
  }));
  const count = gradients.length;
  const length = { stepsPerEpoch: 1, totalSteps: count, epochCount: count };
  const optimizer = createOptimizer(recipe, { parameters, learningRate, iteration, length });
  const step = {
    inputs: weights.map(({ shape }) => ({ shape, dtype: 'float32' as const })),
    compute(...given: Tensor[]) {
      optimizer.apply(given);
      iteration.assign(iteration.add(tf.scalar(1, 'int32')));
      return [];
    },
  };
  const variables = parameters.map(({ variable }) => variable);
  const state = [...variables, iteration, learningRate, ...optimizer.state];
  const program = compileProgram({ step }, { state });
  const after = gradients.map((each) => {
    const inputs = each.map((values, i) => tf.tensor([...values], [...(weights[i]?.shape ?? [])]));
    program.run('step', inputs);
    const read = program.read(variables);
    const values = read.map((tensor) => Array.from(tensor.dataSync()));
    tf.dispose([...inputs, ...read]);
    return values;
  });
  program.dispose();
  tf.dispose(state);
  return after;
}

/** The largest distance between two lists of numbers of the same length. */
export function largestDistance(found: readonly number[], expected: readonly number[]): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(
    ...found.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN))),
  );
}
