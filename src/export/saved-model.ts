import { serialiseSavedModel } from '../graph/saved-model.js';
import { type Tensor, type Tensor4D, tensorflow } from '../graph/tensorflow.js';
import type { ExportFormat } from './format.js';
import { inBatches } from './trained-network.js';

const classesFile = 'classes.txt';

/** A SavedModel: one graph with weights and stages, class names as an asset. */
export const savedModel: ExportFormat = {
  name: 'saved-model',
  summary: 'for TensorFlow, TensorFlow Serving and tfjs-node',
  write(network) {
    const { nodes, input, output } = network.freeze();
    const { classNames } = network;
    const outputs = [{ ...output, shape: [-1, classNames.length] }];
    const graph = serialiseSavedModel(nodes, { inputs: [input], outputs, assets: [classesFile] });
    return {
      'saved_model.pb': graph,
      [`assets/${classesFile}`]: `${classNames.join('\n')}\n`,
    };
  },
  async open(folder, { height, width, channels }) {
    const tf = tensorflow();
    const model = await tf.node.loadSavedModel(folder, ['serve'], 'serving_default');
    return {
      judge: (images, count) =>
        inBatches({ images, count }, height * width * channels, (bytes, size) => {
          const input = tf.tensor4d(bytes, [size, height, width, channels], 'int32');
          const output = model.predict(input as Tensor4D, {}) as Tensor;
          const probabilities = output.dataSync() as Float32Array;
          tf.dispose([input, output]);
          return probabilities;
        }),
      dispose: () => model.dispose(),
    };
  },
};
