import type { Tensor, Variable } from './tensorflow.js';

/**
 * Makes sure that a step of a program exists and is given what it declares.
 * @throws Error naming the step and the input, with the shape and type expected and received.
 */
export function requireDeclaredInputs(
  name: string,
  step: Step | undefined,
  inputs: readonly Tensor[],
): asserts step is Step {
  if (!step) throw new Error(`The program has no step "${name}".`);
  const declared = step.inputs ?? [];
  if (declared.length !== inputs.length) {
    throw new Error(
      `Step "${name}" takes ${declared.length} ${declared.length === 1 ? 'input' : 'inputs'}, received ${inputs.length}.`,
    );
  }
  declared.forEach((expected, index) => {
    requireLike(`Input ${index} of step "${name}"`, expected, inputs[index] as Tensor);
  });
}

/** @throws Error with the shape and type expected and received. */
export function requireLike(
  what: string,
  expected: { readonly shape: readonly number[]; readonly dtype: string },
  received: Tensor,
): void {
  const [wanted, given] = [expected, received].map(describe);
  if (wanted !== given) throw new Error(`${what} must be ${wanted}, received ${given}.`);
}

function describe({
  dtype,
  shape,
}: {
  readonly shape: readonly number[];
  readonly dtype: string;
}): string {
  return `${dtype} [${shape.join(', ')}]`;
}

/**
 * One step: a function of tensors over variables. It may read and assign the program's variables, and returns the
 * tensors that its caller wants. To be compiled it must not read a tensor's values, draw random numbers in JavaScript
 * (they would be frozen), or change its shapes from run to run.
 */
export interface Step {
  compute(...inputs: Tensor[]): Tensor[];
  /** Shapes and types of what is passed to each run; left out where all that changes lives in variables. */
  readonly inputs?: readonly {
    readonly shape: readonly number[];
    readonly dtype: 'float32' | 'int32';
  }[];
}

/** Steps over shared variables, run one by one by name: eagerly (eager.ts) or as one graph (compile.ts). */
export interface Program<Name extends string = string> {
  /** Runs a step. The caller disposes of the returned tensors. */
  run(step: Name, inputs?: readonly Tensor[]): Tensor[];
  /** Returns copies of the variables' present values. The caller disposes of them. */
  read(variables: readonly Variable[]): Tensor[];
  /** Sets variables. The tensors stay the caller's. Shape and type: as the variable's. */
  write(values: readonly (readonly [Variable, Tensor])[]): void;
  /** Frees what the program holds on the engine; the variables stay the caller's. */
  dispose(): void;
}
