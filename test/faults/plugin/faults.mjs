// A plug-in for the fault tests: a model that trains in no time, and a stage that does what stages must not do.
import { defineModel, defineStage, tensorflow, z } from 'prep-lab';

/** The mean of each channel in each quarter, BatchNorm, dropout and a dense layer: all that a checkpoint must hold. */
export const quarters = defineModel({
  options: z.strictObject({
    name: z.literal('quarters'),
    rate: z.number().min(0).lt(1).default(0).describe('Share of values that dropout removes.'),
  }),
  create({ rate }, { image, classCount }) {
    const { layers, sequential } = tensorflow();
    const inputShape = [image.height, image.width, image.channels];
    return sequential({
      name: 'quarters',
      layers: [
        layers.averagePooling2d({ inputShape, poolSize: 16 }),
        layers.flatten(),
        layers.batchNormalization(),
        layers.dropout({ rate }),
        layers.dense({ units: classCount, activation: 'softmax' }),
      ],
    });
  },
});

const faults = {
  throw() {
    throw new Error('The stage is broken.');
  },
  /** Says so before: --verbose lets tests see it. */
  hang() {
    process.stderr.write('stage: hangs\n');
    for (;;);
  },
  exit: () => process.exit(3),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  abort: () => process.abort(),
  /** 4 TB in TensorFlow's own allocator: no machine has it, whatever it promises. */
  exhaust: () => tensorflow().fill([1_000_000, 1_000_000], 1).dispose(),
  /** Fills Node's heap; --max-old-space-size makes it a small one. */
  swallow() {
    const kept = [];
    for (;;) kept.push(Array(1_000_000).fill({}));
  },
  /** Holds the process up, as slow stages do (FAULT_LINGER ms), and says so: --verbose lets tests see it. */
  linger(call) {
    const milliseconds = Number(process.env.FAULT_LINGER ?? 60);
    process.stderr.write(`stage: call ${call}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
  /** What a model makes NaN of. */
  poison: (_, images) => images?.mul(Number.NaN),
};

/** Leaves images as they are, but does harm at its Nth call and after; FAULT_STAGE=off keeps it from that. */
export const fault = defineStage({
  options: z.strictObject({
    name: z.literal('fault'),
    what: z.enum(Object.keys(faults)),
    where: z.enum(['fit', 'apply']).default('apply'),
    call: z.int().min(1).default(1).describe('With --eager, apply is called in each step.'),
  }),
  create({ what, where, call }) {
    let calls = 0;
    const harm = (place, images) => {
      if (place !== where || process.env.FAULT_STAGE === 'off') return undefined;
      calls += 1;
      return calls >= call ? faults[what](calls, images) : undefined;
    };
    return {
      when: 'always',
      gives: (range) => range,
      fit() {
        harm('fit');
        return {};
      },
      apply: (images) => harm('apply', images) ?? images.clone(),
    };
  },
});
