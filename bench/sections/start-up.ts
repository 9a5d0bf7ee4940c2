import { alternate, type Job } from '../alternate.js';
import type { BenchContext, Section } from '../context.js';
import { projectFile } from '../project-file.js';
import { type Command, runCommand } from '../run-command.js';
import { runSide } from '../run-side.js';
import { cliCommand, ourSide, peerSide } from '../side-command.js';

/** From the start of a process to where it can work. */
export const startUp: Section = {
  name: 'start-up',
  async measure(context) {
    await alternate(createJobs(context), { ...context, rounds: context.sizes.rounds['start-up'] });
  },
};

function createJobs(context: BenchContext): Job[] {
  const { dataFolder, settings } = context;
  const { device, threads } = settings;
  const request = { device, threads, dataFolder };
  const peerJob = (side: string, name: 'keras' | 'pytorch'): Job => ({
    section: 'start-up',
    case: 'framework loaded, first operation done',
    side,
    run: async () => {
      const asked = { file: 'framework_load', request: { ...request, framework: name } };
      return runSide(peerSide(context, name, asked), settings);
    },
  });
  return [
    processJob('node, an empty program', { program: process.execPath, arguments: ['-e', ''] }),
    processJob('prep-lab --help', cliCommand(['--help'])),
    processJob(
      'prep-lab validate minmax.json',
      cliCommand(['validate', projectFile('experiments/minmax.json')]),
    ),
    {
      section: 'start-up',
      case: 'framework loaded, first operation done',
      side: 'prep-lab',
      run: async () => runSide(ourSide('engine-load', request), settings),
    },
    peerJob('Keras', 'keras'),
    peerJob('PyTorch', 'pytorch'),
    {
      section: 'start-up',
      case: 'CIFAR-10 read and checked (60000 images)',
      side: 'prep-lab',
      run: async () => runSide(ourSide('data-load', request), settings),
    },
  ];
}

/** Times a whole process. */
function processJob(side: string, command: Command): Job {
  const run = async () => [{ seconds: [(await runCommand(command)).seconds] }];
  return { section: 'start-up', case: 'process begun and ended', side, run };
}
