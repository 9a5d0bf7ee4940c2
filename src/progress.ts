/** One piece of work with a known or unknown end, shown as a bar. */
export interface ProgressTask {
  /** Sets how much is done, in the task's unit; `total` may become known late. */
  update(done: number, total?: number): void;
  /** Removes the bar; call it also when the work fails. */
  stop(): void;
}

/** Where long work reports to. Library code takes one and never prints. */
export interface Progress {
  /** Starts a bar. `unit` decides how numbers are shown. */
  start(
    label: string,
    options: { readonly unit: 'bytes' | 'files' | 'sets' | 'steps'; readonly total?: number },
  ): ProgressTask;
  /** A line that stays, such as "Compiling the engine's addon". */
  note(line: string): void;
}

/** Reports nothing: for library users and tests. */
export const silentProgress: Progress = {
  start: () => ({ update() {}, stop() {} }),
  note() {},
};
