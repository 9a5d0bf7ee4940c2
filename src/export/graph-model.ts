import { join } from 'node:path';
import { renderGraphModel } from '../graph/graph-model.js';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import { UserError } from '../user-error.js';
import type { ExportFormat } from './format.js';
import { inBatches } from './trained-network.js';

/** A graph model of TensorFlow.js: model.json with shards. */
export const graphModel: ExportFormat = {
  name: 'tfjs',
  summary: 'for TensorFlow.js, in a browser or in Node',
  write(network) {
    const { output, ...graph } = network.freeze();
    const { classNames } = network;
    const end = { ...output, shape: [-1, classNames.length] };
    return renderGraphModel({ ...graph, output: end }, { classNames });
  },
  async open(folder, { height, width, channels }) {
    const tf = tensorflow();
    const model = await tf.loadGraphModel(tf.io.fileSystem(join(folder, 'model.json')));
    return {
      judge: (images, count) =>
        inBatches({ images, count }, height * width * channels, (bytes, size) => {
          const input = tf.tensor4d(bytes, [size, height, width, channels], 'int32');
          try {
            const output = tf.tidy(() => model.predict(input) as Tensor);
            const probabilities = output.dataSync() as Float32Array;
            output.dispose();
            return probabilities;
          } catch (error) {
            throw explainUnknownOp(error);
          } finally {
            input.dispose();
          }
        }),
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
