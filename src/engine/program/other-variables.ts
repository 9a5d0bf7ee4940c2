import { tensorflow, type Variable } from '../tensorflow.js';
import { refused } from './recorder.js';

/**
 * Notes the values of all variables outside of a program's state, and returns a check that a step left them alone.
 * @throws Error (by the check) naming the variable that the step assigned or made: the graph would do neither.
 */
export function watchOtherVariables(step: string, state: readonly Variable[]): () => void {
  const listed = new Set(state);
  const before = valuesOfOthers(listed);
  return () => {
    for (const [variable, value] of valuesOfOthers(listed)) {
      const isNew = !before.has(variable);
      if (!isNew && before.get(variable) === value) continue;
      const deed = isNew ? 'makes the variable' : 'assigns the variable';
      const advice = isNew ? 'make it before and add it there' : 'add it there';
      throw refused(step, `${deed} "${variable.name}", which is not in its state`, advice);
    }
  };
}

/** The object that TensorFlow.js knows a variable's value by changes with every assignment. */
function valuesOfOthers(listed: ReadonlySet<Variable>): Map<Variable, object> {
  const variables = Object.values(tensorflow().engine().registeredVariables);
  return new Map(
    variables
      .filter((variable) => !listed.has(variable))
      .map((variable) => [variable, variable.dataId]),
  );
}
