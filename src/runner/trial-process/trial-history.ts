import type { EpochRecord } from '../../training/train.js';
import type { TrialPast } from '../checkpoint.js';
import type { ChildMessage } from './messages.js';

/** How far a trial had come. */
export interface TrialSoFar extends TrialPast {
  readonly history: readonly EpochRecord[];
}

/** Follows what a process tells of its trial, for the case that it dies before it can say it itself. */
export interface TrialHistory {
  take(message: ChildMessage): void;
  now(): TrialSoFar;
}

/** Creates the history of a process that starts now. */
export function createTrialHistory(): TrialHistory {
  const clock = performance.now();
  let before: TrialPast = {
    startedAt: new Date().toISOString(),
    durationSeconds: 0,
    resumeCount: 0,
  };
  let history: readonly EpochRecord[] = [];
  return {
    take(message) {
      if (message.type === 'epoch') history = [...history, message.record];
      if (message.type === 'resumed') ({ past: before, history } = message);
    },
    now() {
      const seconds = (performance.now() - clock) / 1000;
      return { ...before, durationSeconds: before.durationSeconds + seconds, history };
    },
  };
}
