import { tensorflow } from '../tensorflow.js';
import type { Program, Step } from './program.js';

/** Runs steps op by op, as TensorFlow.js does: slower than {@link compileProgram}, and open to a debugger. */
export function createEagerProgram<Name extends string>(
  steps: Readonly<Record<Name, Step>>,
): Program<Name> {
  return {
    run: (name, inputs = []) => tensorflow().tidy(() => steps[name].compute(...inputs)),
    read: (variables) => variables.map((variable) => variable.clone()),
    write(values) {
      for (const [variable, value] of values) variable.assign(value.clone());
    },
    dispose() {},
  };
}
