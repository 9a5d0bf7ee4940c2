import { alternate } from '../alternate.js';
import type { Section } from '../context.js';
import { createTrainingJob } from '../training-job.js';
import { epochSides } from '../training-sides.js';

/** Two epochs of the geometric experiment; the second counts. */
export const epoch: Section = {
  name: 'epoch',
  async measure(context) {
    const { trainCount, testCount } = context.sizes.epoch;
    const name = `${trainCount} training and ${testCount} test images`;
    const place = { section: 'epoch', case: name } as const;
    const task = { net: 'baseline', batchSize: 64, epochs: 2, trainCount, testCount } as const;
    const jobs = epochSides(context.settings.device).map((side) =>
      createTrainingJob(place, { side, task, context }),
    );
    await alternate(jobs, { ...context, rounds: context.sizes.rounds.epoch });
  },
};
