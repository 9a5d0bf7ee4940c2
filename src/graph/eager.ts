import type { Program, Step } from './program.js';
import { requireDeclaredInputs } from './program.js';
import { tensorflow } from './tensorflow.js';

/** Runs steps op by op, as TensorFlow.js does: slower than {@link compileProgram}, and open to a debugger. */
export function createEagerProgram<Name extends string>(
  steps: Readonly<Record<Name, Step>>,
): Program<Name> {
  return {
    // Clones, because a step may return a variable or an input, which the caller must not dispose of with the rest.
    run(name, inputs = []) {
      const step: Step = steps[name];
      requireDeclaredInputs(name, step, inputs);
      return tensorflow().tidy(() => step.compute(...inputs).map((output) => output.clone()));
    },
    read: (variables) => variables.map((variable) => variable.clone()),
    write(values) {
      for (const [variable, value] of values) variable.assign(value.clone());
    },
    dispose() {},
  };
}
