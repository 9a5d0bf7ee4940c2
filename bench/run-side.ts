import { join } from 'node:path';
import { cacheFolder } from '#prep-lab/storage/cache-folder.js';
import { type Answer, answerSchema, type Settings } from './measurement.js';
import { type Command, runCommand } from './run-command.js';

/**
 * Runs a side in a process of its own and returns what it answered.
 * @throws Error if it fails, or answers nothing that can be read.
 */
export async function runSide(command: Command, settings: Settings): Promise<Answer[]> {
  const environment = sideEnvironment(settings, join(cacheFolder(), 'bench'));
  const { stdout } = await runCommand(command, { environment });
  return parseAnswers(stdout);
}

/** Same threads for all sides, whichever library makes them. */
export function sideEnvironment(
  { threads, device }: Settings,
  cache: string,
): Readonly<Record<string, string>> {
  const count = String(threads);
  return {
    OMP_NUM_THREADS: count,
    MKL_NUM_THREADS: count,
    TF_NUM_INTRAOP_THREADS: count,
    TF_NUM_INTEROP_THREADS: count,
    TF_CPP_MIN_LOG_LEVEL: '3',
    KERAS_BACKEND: 'tensorflow',
    // Nothing is written beside the sources.
    PYTHONDONTWRITEBYTECODE: '1',
    // torch.compile builds once, not in every round.
    TORCHINDUCTOR_CACHE_DIR: join(cache, 'torch-compile'),
    ...(device === 'cpu' ? { CUDA_VISIBLE_DEVICES: '-1' } : {}),
  };
}

/** Takes the lines that are JSON objects; libraries may print others. */
export function parseAnswers(stdout: string): Answer[] {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length === 0) throw new Error('it answered nothing');
  return lines.map((line) => answerSchema.parse(JSON.parse(line)));
}
