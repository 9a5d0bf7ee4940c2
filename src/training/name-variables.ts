import type { Variable } from '../engine/tensorflow.js';

/** Names variables by their part and place, the same in every process: tfjs-layers counts its own names on. */
export function nameVariables(
  parts: Readonly<Record<string, readonly Variable[]>>,
): Map<string, Variable> {
  return new Map(
    Object.entries(parts).flatMap(([part, variables]) =>
      variables.map((variable, index) => [`${part}/${index}`, variable] as const),
    ),
  );
}
