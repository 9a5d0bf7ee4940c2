import type { Tensor } from '../tensorflow.js';
import type { Step } from './program.js';

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
