import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFile } from '#prep-lab/engine/install/libraries.js';
import { pipComplaint } from '#prep-lab/engine/install/pip.js';
import { cacheFolder } from '#prep-lab/storage/cache-folder.js';
import { runProgram } from '#prep-lab/storage/run-program.js';

export type PeerName = 'keras' | 'pytorch';

/** A Python that has the peer, or why there is none. */
export type Peer = { readonly python: string } | { readonly reason: string };

/** One environment a peer: on a GPU their CUDA libraries differ. */
const requirements = {
  keras: {
    cpu: ['tensorflow-cpu==2.21.0', 'keras==3.15.*'],
    gpu: ['tensorflow[and-cuda]==2.21.0', 'keras==3.15.*'],
  },
  pytorch: {
    cpu: ['torch==2.13.0', 'torchvision==0.28.0', 'numpy'],
    gpu: ['torch==2.13.0', 'torchvision==0.28.0', 'numpy'],
  },
} as const;

const pythons = ['python3', 'python'] as const;

/**
 * Makes a Python environment with a peer in the cache folder, unless it is there. pip fetches from where it is
 * configured to. What cannot be had is no failure: the peer is left out.
 */
export async function preparePeer(
  name: PeerName,
  { device, note }: { readonly device: 'cpu' | 'gpu'; note(line: string): void },
): Promise<Peer> {
  const wanted = requirements[name][device];
  const hash = createHash('sha256').update(wanted.join('\n')).digest('hex').slice(0, 8);
  const folder = join(cacheFolder(), 'bench', `${name}-${device}-${hash}`);
  const python = join(folder, 'bin', 'python');
  const marker = join(folder, 'complete.txt');
  if (await isFile(marker)) return { python };
  note(`Installing ${wanted.join(' ')} with pip in "${folder}"`);
  await rm(folder, { recursive: true, force: true });
  const reason = (await makeEnvironment(folder)) ?? (await install(python, wanted));
  if (reason === undefined) {
    await writeFile(marker, `${wanted.join('\n')}\n`);
    return { python };
  }
  await rm(folder, { recursive: true, force: true });
  return { reason };
}

/** Returns why it failed, or nothing. */
async function makeEnvironment(folder: string): Promise<string | undefined> {
  for (const python of pythons) {
    const made = await runProgram(python, ['-m', 'venv', folder]);
    if (!made) continue;
    if (made.exitCode === 0) return undefined;
    return `no Python environment: ${pipComplaint(made.stderr || made.stdout)}`;
  }
  return 'no Python';
}

async function install(python: string, wanted: readonly string[]): Promise<string | undefined> {
  const result = await runProgram(python, ['-m', 'pip', 'install', '--quiet', ...wanted]);
  if (result?.exitCode === 0) return undefined;
  return `pip could not install it: ${pipComplaint(result?.stderr ?? '')}`;
}
