import { startEngine } from '#prep-lab/engine/start.js';
import { shippedCatalogue } from '#prep-lab/experiment/catalogue.js';
import { createStage } from '#prep-lab/experiment/create-stage.js';
import { compileProgram } from '#prep-lab/graph/compile.js';
import { createRandomSource } from '#prep-lab/graph/random.js';
import { type Tensor4D, tensorflow } from '#prep-lab/graph/tensorflow.js';
import { silentProgress } from '#prep-lab/progress.js';
import { createPipeline } from '#prep-lab/stages/pipeline.js';
import { printAnswer, readRequest } from './answer.js';
import { readTrainingImages } from './images.js';
import { type LayerCase, layerCases } from './layer-cases.js';

interface LayersRequest {
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  readonly dataFolder: string;
  readonly calls: number;
  readonly turns: number;
}

const batchSize = 64;
const inputShape = { height: 32, width: 32, channels: 3 } as const;

/** Measures each stage alone on one batch, in turns. Prints the seconds of one call, turn by turn. */
const { device, threads, dataFolder, calls, turns } = readRequest<LayersRequest>();
await startEngine({ device, threads, progress: silentProgress });
const { images } = await readTrainingImages(dataFolder, batchSize);
const measured = layerCases.map((layer) => ({
  name: layer.name,
  run: compileLayer(layer),
  seconds: [] as number[],
}));
for (const { run } of measured) timeCalls(run);
for (let turn = 0; turn < turns; turn++) {
  for (const { run, seconds } of measured) seconds.push(timeCalls(run) / calls);
}
for (const { name, seconds } of measured) printAnswer({ case: name, seconds });

/** The images leave the engine, as they would for a network elsewhere: nothing is left out as unused. */
function compileLayer({ stage }: LayerCase): () => void {
  const tf = tensorflow();
  const pipeline = createPipeline([createStage(stage, shippedCatalogue())], {
    inputShape,
    resampling: 'each',
  });
  const step = tf.variable(tf.scalar(0, 'int32'), false);
  const batch = tf.variable(
    tf.tensor4d(Float32Array.from(images.slice()), [batchSize, 32, 32, 3]),
    false,
  );
  const compute = () => {
    const random = () => createRandomSource({ seed: 0, stream: 'bench', step });
    const output = pipeline.apply(batch as unknown as Tensor4D, {
      training: true,
      fitted: [],
      random,
    });
    step.assign(step.add(tf.scalar(1, 'int32')));
    return [output];
  };
  const program = compileProgram({ augment: { compute } }, { state: [step, batch] });
  return () => tf.dispose(program.run('augment'));
}

function timeCalls(run: () => void): number {
  const started = performance.now();
  for (let call = 0; call < calls; call++) run();
  return (performance.now() - started) / 1000;
}
