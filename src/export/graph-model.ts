import { join } from 'node:path';
import { renderGraphModel } from '../graph/graph-model.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import type { ExportFormat } from './format.js';
import { judgeBy } from './trained-network.js';

/** A graph model of TensorFlow.js: model.json with shards. */
export const graphModel: ExportFormat = {
  name: 'tfjs',
  summary: 'for TensorFlow.js, in a browser or in Node',
  write(network) {
    const { classNames } = network;
    return renderGraphModel(network.freeze(), { classNames });
  },
  async open(folder, shape) {
    const tf = tensorflow();
    const model = await tf.loadGraphModel(tf.io.fileSystem(join(folder, 'model.json')));
    const predict = (images: Tensor4D) => {
      try {
        return tf.tidy(() => model.predict(images) as Tensor);
      } catch (error) {
        throw explainUnknownOp(error);
      }
    };
    return {
      judge: judgeBy(predict, shape),
      dispose: () => model.dispose(),
    };
  },
};

/** Returns the error for an op of TensorFlow that TensorFlow.js lacks. Its text begins "Unknown op". */
function explainUnknownOp(error: unknown): unknown {
  const [, op] = /Unknown op '?(\w+)/.exec(String(error)) ?? [];
  if (!op) return error;
  return new UserError(`TensorFlow.js cannot compute this network: it has no op ${op}.`, {
    hint: 'a stage for test images or a layer needs the op; --to saved-model has all ops of TensorFlow.',
    cause: error,
  });
}
