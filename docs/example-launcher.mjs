// A launcher: each trial is trained on one of several machines, over ssh. Try it with
//   prep-lab run mine.json --plugin docs/example-launcher.mjs --launcher ssh --launcher-option hosts=node-1,node-2
import { defineLauncher, z } from 'prep-lab';

export const ssh = defineLauncher({
  options: z.strictObject({
    name: z.literal('ssh'),
    hosts: z
      .string()
      .describe('Machines, parted by commas; named twice, one trains two trials at once.'),
    folder: z.string().default('.').describe('Where prep-lab is installed there.'),
  }),
  create({ hosts, folder }) {
    const machines = hosts.split(',');
    const options = ['-o', 'BatchMode=yes', '-o', 'ServerAliveInterval=15'];
    return {
      places: machines.length,
      command: ({ place, worker }) => [
        'ssh',
        ...options,
        machines[place],
        `cd ${folder} && exec npx prep-lab ${worker.join(' ')}`,
      ],
    };
  },
});
