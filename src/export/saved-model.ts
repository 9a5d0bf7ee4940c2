import { serialiseSavedModel } from '../graph/saved-model.js';
import { type Tensor, tensorflow } from '../graph/tensorflow.js';
import type { ExportFormat } from './format.js';
import { judgeBy } from './trained-network.js';

const classesFile = 'classes.txt';

/** A SavedModel: one graph with weights and stages, class names as an asset. */
export const savedModel: ExportFormat = {
  name: 'saved-model',
  summary: 'for TensorFlow, TensorFlow Serving and tfjs-node',
  write(network) {
    const { nodes, input, output } = network.freeze();
    const { classNames } = network;
    const serving = { inputs: [input], outputs: [output], assets: [classesFile] };
    return {
      'saved_model.pb': serialiseSavedModel(nodes, serving),
      [`assets/${classesFile}`]: `${classNames.join('\n')}\n`,
    };
  },
  async open(folder, shape) {
    const { node } = tensorflow();
    const model = await node.loadSavedModel(folder, ['serve'], 'serving_default');
    return {
      judge: judgeBy((images) => model.predict(images, {}) as Tensor, shape),
      dispose: () => model.dispose(),
    };
  },
};
