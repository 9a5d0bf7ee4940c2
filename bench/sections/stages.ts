import { alternate, type Job } from '../alternate.js';
import type { BenchContext, Section } from '../context.js';
import { runSide } from '../run-side.js';
import { ourSide, peerSide } from '../side-command.js';
import { layersCase } from '../sides/layer-cases.js';
import { referenceSide } from '../training-sides.js';

/**
 * What each stage adds to the baseline step, and what some take alone for a batch beside the layer or transform of that name in
 * Keras and torchvision. One process measures them all, in turns.
 */
export const stages: Section = {
  name: 'stages',
  async measure(context) {
    const { dataFolder, settings, sizes } = context;
    const { device, threads } = settings;
    const request = { device, threads, dataFolder, ...sizes.stages };
    const run = async () => runSide(ourSide('stages', request), settings);
    const job = { section: 'stages', case: 'all', side: referenceSide, run } as const;
    await alternate([job, ...createLayerJobs(context)], {
      ...context,
      rounds: sizes.rounds.stages,
    });
  },
};

/** Each side answers for all layers that it has. */
function createLayerJobs(context: BenchContext): Job[] {
  const { dataFolder, settings, sizes } = context;
  const { device, threads } = settings;
  const request = { device, threads, dataFolder, ...sizes.layers };
  const create = (side: string, command: () => ReturnType<typeof ourSide>): Job => ({
    section: 'stages',
    case: layersCase,
    side,
    run: async () => {
      const answers = await runSide(command(), settings);
      return answers.map((answer) => ({ ...answer, case: `${layersCase}: ${answer.case}` }));
    },
  });
  return [
    create(referenceSide, () => ourSide('layers', request)),
    create('Keras', () => peerSide(context, 'keras', { file: 'keras_layers', request })),
    create('torchvision', () =>
      peerSide(context, 'pytorch', { file: 'torchvision_transforms', request }),
    ),
  ];
}
