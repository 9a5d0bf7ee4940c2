import { alternate, type Job } from '../alternate.js';
import type { BenchContext, Section } from '../context.js';
import type { Answer } from '../measurement.js';
import type { StepsSize } from '../sizes.js';
import { createTrainingJob } from '../training-job.js';
import { stepSides } from '../training-sides.js';

/** Keeps the whole short where a side hardly moves: XLA on some CPUs takes 20 s for a step of the deep net. */
const farBehind = 5;

/** The bare training step: no augmentation, no evaluation. */
export const steps: Section = {
  name: 'steps',
  async measure(context) {
    const rounds = context.sizes.rounds.steps;
    for (const size of context.sizes.steps) {
      await alternate(createJobs(size, context), { ...context, rounds, farBehind });
    }
  },
};

function createJobs(size: StepsSize, context: BenchContext): Job[] {
  const { net, batchSize, epochs, steps: stepCount } = size;
  const trainCount = batchSize * stepCount;
  const place = { section: 'steps', case: `${net}, batch ${batchSize}` } as const;
  const task = { net, batchSize, epochs, trainCount, testCount: 0 };
  return stepSides(context.settings.device).map((side) => {
    const job = createTrainingJob(place, { side, task, context });
    return {
      ...job,
      run: async () => (await job.run()).map((answer) => perStep(answer, stepCount)),
    };
  });
}

function perStep(answer: Answer, stepCount: number): Answer {
  return { ...answer, seconds: answer.seconds.map((epoch) => epoch / stepCount) };
}
