/** DT_BFLOAT16, which the addon does not name. Source: tensorflow/c/tf_datatype.h. */
export const bfloat16 = 14;

/** How an op computes in bfloat16. Its type is the attribute "T"; inputs and outputs of other types keep theirs. */
export interface Bfloat16Rule {
  /** `always`, or where one of the inputs of type T comes in bfloat16 already. */
  readonly when: 'always' | 'followed';
  /** Places of the inputs of type T. */
  readonly inputs: 'all' | readonly number[];
}

const always = (...inputs: number[]): Bfloat16Rule => ({ when: 'always', inputs });
const followed = (...inputs: number[]): Bfloat16Rule => ({ when: 'followed', inputs });
const allFollowed: Bfloat16Rule = { when: 'followed', inputs: 'all' };

/**
 * The ops that compute in bfloat16 where a part of a step asks for it; all others get float32. Of each the first output
 * is of type T; the statistics of batch normalisation, its further outputs, stay float32.
 * Source: the lists "allow" and "infer" in tensorflow/core/grappler/optimizers/auto_mixed_precision_lists.h (oneDNN),
 * without what takes exponentials or sums over many values: the CPU's BiasAddGrad sums in bfloat16 itself, and of 131,072
 * values the sum comes out at a tenth of what it is (see bias-add.ts).
 */
export const bfloat16Rules: Readonly<Record<string, Bfloat16Rule>> = {
  Conv2D: always(0, 1),
  Conv2DBackpropInput: always(1, 2),
  Conv2DBackpropFilter: always(0, 2),
  MatMul: always(0, 1),
  BatchMatMulV2: always(0, 1),
  BiasAdd: allFollowed,
  Relu: allFollowed,
  ReluGrad: allFollowed,
  LeakyRelu: allFollowed,
  LeakyReluGrad: allFollowed,
  PrepLabGelu: allFollowed,
  PrepLabGeluGrad: allFollowed,
  PrepLabDropout: followed(0),
  PrepLabDropoutGrad: followed(0),
  MaxPool: allFollowed,
  MaxPoolGrad: allFollowed,
  AvgPool: allFollowed,
  AvgPoolGrad: followed(1),
  FusedBatchNormV3: followed(0),
  FusedBatchNormGradV3: followed(0, 1),
  /** Dropout and its gradient, composed: the other factor is rounded. */
  Mul: allFollowed,
  AddV2: allFollowed,
  AddN: allFollowed,
  Reshape: followed(0),
  Identity: allFollowed,
};
