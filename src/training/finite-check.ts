import type { Program, Step } from '../graph/program.js';
import { tensorflow, type Variable } from '../graph/tensorflow.js';

/** Looks for NaN and infinity in weights and what the optimiser keeps of them. */
export interface FiniteCheck {
  readonly steps: { readonly checkFinite: Step };
  /** Returns the name of the first variable that holds a number that is not finite. */
  findNonFinite(program: Program): string | undefined;
}

export function createFiniteCheck(variables: ReadonlyMap<string, Variable>): FiniteCheck {
  const tf = tensorflow();
  const checked = [...variables];
  const checkFinite: Step = {
    compute: () => [
      tf.stack(checked.map(([, variable]) => variable.isFinite().all())).cast('int32'),
    ],
  };
  return {
    steps: { checkFinite },
    findNonFinite(program) {
      const outputs = program.run('checkFinite');
      const finite = Array.from(outputs[0]?.dataSync() ?? []);
      tf.dispose(outputs);
      return checked[finite.indexOf(0)]?.[0];
    },
  };
}
