import { alternate, type Job } from '../alternate.js';
import type { BenchContext, Section } from '../context.js';
import type { RecordRequest } from '../record-request.js';
import type { Command } from '../run-command.js';
import { runSide } from '../run-side.js';
import { ourSide, peerSide } from '../side-command.js';
import { referenceSide } from '../training-sides.js';

/** A step of the record recipe, in mixed precision. */
export const record: Section = {
  name: 'record',
  async measure(context) {
    await alternate(createJobs(context), { ...context, rounds: context.sizes.rounds.record });
  },
};

function createJobs(context: BenchContext): Job[] {
  const { settings, dataFolder } = context;
  const { batchSize, steps, epochs } = context.sizes.record;
  const { device, threads } = settings;
  const trainCount = batchSize * steps;
  const request: RecordRequest = { device, threads, dataFolder, batchSize, epochs, trainCount };
  const sides: Record<string, () => Command> = {
    [referenceSide]: () => ourSide('record-training', request),
    'PyTorch, bfloat16': () => peerSide(context, 'pytorch', { file: 'torch_record', request }),
  };
  return Object.entries(sides).map(([side, command]) => ({
    section: 'record',
    case: `airbench94-muon, batch ${batchSize}`,
    side,
    async run() {
      const answers = await runSide(command(), settings);
      return answers.map((answer) => ({
        ...answer,
        seconds: answer.seconds.map((epoch) => epoch / steps),
      }));
    },
  }));
}
