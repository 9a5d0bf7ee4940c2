/** `prep-lab/graph`: a step of TensorFlow.js as one TensorFlow graph. It knows nothing of images and experiments. */
export { type CompileOptions, compileProgram } from './compile.js';
export { createEagerProgram } from './eager.js';
export { computeIn, type Precision } from './precision.js';
export type { Program, Step } from './program.js';
export { createRandomSource, type EngineRandomSource, type RandomSourceOptions } from './random.js';
export { type TensorFlow, tensorflow } from './tensorflow.js';
