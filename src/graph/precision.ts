/**
 * What a part of a compiled step computes in. `mixed-bfloat16`: convolutions, products of matrices and what lies between them in
 * bfloat16, all else in float32; Keras calls it the policy "mixed_bfloat16".
 */
export type Precision = 'float32' | 'mixed-bfloat16';

let present: Precision = 'float32';

/**
 * Runs a part of a step and asks for its ops to be computed in the given precision when the step is compiled: the ops
 * that run meanwhile, those of gradients included where they are taken within. Parts may be nested; the inmost counts.
 * What a part gives is float32 for all that comes after it. Op by op, everything is float32.
 */
export function computeIn<T>(precision: Precision, part: () => T): T {
  const before = present;
  present = precision;
  try {
    return part();
  } finally {
    present = before;
  }
}

/** Returns what the part of the step that runs now asks for. */
export function presentPrecision(): Precision {
  return present;
}
