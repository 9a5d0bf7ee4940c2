import { execFile } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { listGpus } from '#prep-lab/engine/device.js';
import { readVersion } from '#prep-lab/version.js';
import type { Machine } from './measurement.js';
import { projectFile } from './project-file.js';

/** Describes the machine and the program, as they are now. */
export async function describeMachine(device: 'cpu' | 'gpu'): Promise<Machine> {
  const commit = await readCommit();
  return {
    processor: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    gpus: device === 'gpu' ? await listGpus() : [],
    node: process.version,
    loadAtStart: loadavg()[0] ?? 0,
    prepLab: commit ? `${readVersion()} (${commit})` : readVersion(),
  };
}

/** Nothing where this is no checkout or there is no git. */
async function readCommit(): Promise<string | undefined> {
  const parameters = ['describe', '--always', '--dirty'];
  try {
    const { stdout } = await promisify(execFile)('git', parameters, { cwd: projectFile('.') });
    return stdout.trim();
  } catch {
    return undefined;
  }
}
