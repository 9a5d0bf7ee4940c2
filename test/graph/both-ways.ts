import { expect } from 'vitest';
import { compileProgram } from '../../src/graph/compile.js';
import { createEagerProgram } from '../../src/graph/eager.js';
import type { Program, Step } from '../../src/graph/program.js';
import { type Tensor, tensorflow, type Variable } from '../../src/graph/tensorflow.js';

/** Steps over variables of their own, made anew for each way of running them. */
export interface Machine {
  readonly state: Readonly<Record<string, Variable>>;
  readonly steps: Readonly<Record<string, Step>>;
}

/** A step to run, and what to give it. */
export type Run = readonly [step: string, inputs?: () => Tensor[]];

export interface Trace {
  /** Of each run, the values of each output. */
  readonly outputs: readonly (readonly (readonly number[])[])[];
  /** The variables after the last run. */
  readonly state: Readonly<Record<string, readonly number[]>>;
}

/** Runs the same steps as one graph and eagerly, expects the very same numbers, and returns them. */
export function traceBothWays(create: () => Machine, runs: readonly Run[]): Trace {
  const compiled = create();
  const state = Object.values(compiled.state);
  const graph = trace(compileProgram(compiled.steps, { state }), compiled, runs);
  const stepwise = create();
  const eager = trace(createEagerProgram(stepwise.steps), stepwise, runs);
  expect(graph).toEqual(eager);
  return graph;
}

function trace(program: Program, { state }: Machine, runs: readonly Run[]): Trace {
  const tf = tensorflow();
  const outputs = runs.map(([step, inputs]) => {
    const given = inputs?.() ?? [];
    const results = program.run(step, given);
    const values = results.map(valuesOf);
    tf.dispose([...given, ...results]);
    return values;
  });
  const names = Object.keys(state);
  const finals = program.read(Object.values(state));
  const values = Object.fromEntries(
    finals.map((tensor, index) => [names[index], valuesOf(tensor)]),
  ) as Trace['state'];
  tf.dispose(finals);
  program.dispose();
  tf.dispose(Object.values(state));
  return { outputs, state: values };
}

export function valuesOf(tensor: Tensor): number[] {
  return Array.from(tensor.dataSync(), Number);
}
