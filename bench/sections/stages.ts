import { alternate } from '../alternate.js';
import type { Section } from '../context.js';
import { runSide } from '../run-side.js';
import { ourSide } from '../side-command.js';
import { referenceSide } from '../training-sides.js';

/** What each stage adds to the baseline step. One process measures them all, in turns. */
export const stages: Section = {
  name: 'stages',
  async measure(context) {
    const { dataFolder, settings, sizes } = context;
    const { device, threads } = settings;
    const request = { device, threads, dataFolder, ...sizes.stages };
    const run = async () => runSide(ourSide('stages', request), settings);
    const job = { section: 'stages', case: 'all', side: referenceSide, run } as const;
    await alternate([job], { ...context, rounds: sizes.rounds.stages });
  },
};
