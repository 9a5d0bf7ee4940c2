import type { LauncherSetting } from '../prepare-launcher.js';

/** What a launcher may need to know of its run. */
export interface OpenSetting extends LauncherSetting {
  /** The results folder, absolute. */
  readonly out: string;
  /** The program with which tasks train: Node and its arguments. */
  readonly program: readonly string[];
  /** Options of the run that are each task's too, as JSON. */
  readonly taskFlags: Readonly<Record<string, unknown>>;
  /** The texts of `--slurm`. */
  readonly slurm: readonly string[];
  /** The texts of `--launcher-option`. */
  readonly launcherOptions: readonly string[];
  /** Where Redis is. */
  readonly redis: string | undefined;
  /** The name under which runs and workers meet in Redis. */
  readonly project: string;
  /** Whether the run ends as soon as all trials are handed over. */
  readonly detach: boolean;
  /** A line for the user. */
  note(text: string): void;
  /** Asked when the run is told to stop while tasks live. @param tasks Such as "12 Slurm tasks". */
  askWhetherToCancel(tasks: string): Promise<boolean>;
}
