import type { SlurmOptions } from './slurm-options.js';

/** One array of tasks. */
export interface BatchScript {
  /** The number of the array's first chunk: each array begins anew at 0. */
  readonly firstChunk: number;
  readonly taskCount: number;
  readonly options: SlurmOptions;
  /** Of the submission: its chunks and logs. Absolute. */
  readonly folder: string;
  /** Where tasks run: paths in the chunks are as the run was given them. Absolute. */
  readonly workingFolder: string;
  /** Node and the program. */
  readonly program: readonly string[];
}

/** Long enough for a step of any shipped recipe and a checkpoint on a network disk. */
const graceSeconds = 90;

/**
 * Renders the script that sbatch takes. Its tasks are numbered from 0: Slurm's MaxArraySize bounds the number, not the count.
 * When a task's time is nearly up, Slurm sends SIGTERM to the script; prep-lab then writes a checkpoint and ends with 143, and
 * the task goes back in the queue, unless it was cancelled.
 */
export function renderBatchScript(script: BatchScript): string {
  const { firstChunk, folder, program, options } = script;
  const chunk =
    firstChunk === 0 ? '$SLURM_ARRAY_TASK_ID' : `$((SLURM_ARRAY_TASK_ID + ${firstChunk}))`;
  const command = [...program, 'worker', '--chunk'].map(quoteForShell).join(' ');
  return `#!/bin/bash
${renderDirectives(script).join('\n')}

${command} ${quoteForShell(`${folder}/chunks/`)}"${chunk}.json" &
trial=$!
trap 'stopping=yes; kill -TERM "$trial" 2>/dev/null' TERM
wait "$trial"
code=$?
# The signal ends "wait" before prep-lab has ended.
while [ "$stopping" ]; do
  stopping=
  wait "$trial"
  next=$?
  [ $next -eq 127 ] || code=$next
done
task=\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
if [ $code -eq 143 ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${options.restarts} ] &&
  [ "$(squeue --noheader --jobs="$task" --format=%T)" = RUNNING ]; then
  scontrol requeue "$task" && sleep 60
fi
exit $code
`;
}

function renderDirectives({ taskCount, options, folder, workingFolder }: BatchScript): string[] {
  const { sbatch, atOnce } = options;
  const limit = atOnce === undefined ? '' : `%${atOnce}`;
  const all: Readonly<Record<string, string>> = {
    'job-name': 'prep-lab',
    signal: `B:TERM@${graceSeconds}`,
    ...sbatch,
    array: `0-${taskCount - 1}${limit}`,
    chdir: workingFolder,
    output: `${folder.replaceAll('%', '%%')}/logs/%A_%a.log`,
    'open-mode': 'append',
    [options.restarts > 0 ? 'requeue' : 'no-requeue']: '',
  };
  return Object.entries(all).map(([key, value]) =>
    value === '' ? `#SBATCH --${key}` : `#SBATCH --${key}=${quoteDirective(value)}`,
  );
}

/** sbatch splits its lines at blanks, as a shell does. */
function quoteDirective(value: string): string {
  return /^[\w@%+=:,./[\]&|*-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function quoteForShell(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
