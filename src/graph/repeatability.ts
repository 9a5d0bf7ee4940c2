import { isDeepStrictEqual } from 'node:util';
import type { Recording } from './recording.js';
import { refused } from './recording.js';

/**
 * Makes sure that two recordings of a step are the same step, so that what JavaScript does in it may be frozen.
 * @throws Error naming the op that differs: random numbers or a counter made in JavaScript, a branch, a changing shape.
 */
export function requireRepeatable(name: string, first: Recording, second: Recording): void {
  const refuse = (deed: string): never => {
    throw refused(
      name,
      deed,
      'keep what changes in variables or inputs, and draw random numbers with createRandomSource',
    );
  };
  const requireSameConstant = (use: string, id: number, idAgain: number | undefined): void => {
    const before = first.captured.get(id);
    const after = second.captured.get(idAgain ?? id);
    if (!isDeepStrictEqual(before?.shape, after?.shape)) {
      refuse(`gives ${use} a constant of another shape each time`);
    }
    // A tensor from outside that nothing used before is sent to the engine by the first run, and is there in the second.
    const isFromOutside = after !== undefined && !after.values;
    if (!isFromOutside && !isDeepStrictEqual(before?.values, after?.values)) {
      refuse(
        `gives ${use} other constants each time (made in JavaScript: random numbers, a counter)`,
      );
    }
  };
  first.ops.forEach((op, index) => {
    const again = second.ops[index];
    if (op.name !== again?.name) {
      refuse(`runs ${op.name} as op ${index} once and ${again?.name ?? 'none'} then`);
    }
    if (!isDeepStrictEqual(op.attributes, again?.attributes)) {
      refuse(`gives ${op.name} (op ${index}) other attributes each time`);
    }
    op.inputIds.forEach((id, input) => {
      requireSameConstant(`${op.name} (op ${index})`, id, again?.inputIds[input]);
    });
  });
  if (second.ops.length > first.ops.length) {
    refuse(`runs ${second.ops.length} ops once and ${first.ops.length} before`);
  }
  first.outputIds.forEach((id, output) => {
    requireSameConstant(`output ${output}`, id, second.outputIds[output]);
  });
  for (const [variable, id] of first.finalIds) {
    requireSameConstant(`variable "${variable.name}"`, id, second.finalIds.get(variable));
  }
}
