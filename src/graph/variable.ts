import { type Tensor, tensorflow, type Variable } from './tensorflow.js';

/** Makes a variable that no gradient is asked of, and frees the tensor that it begins with. */
export function createVariable(initial: Tensor): Variable {
  const variable = tensorflow().variable(initial, false);
  initial.dispose();
  return variable;
}
