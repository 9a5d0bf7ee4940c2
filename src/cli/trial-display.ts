import { clearLine, cursorTo } from 'node:readline';
import { renderTrialName } from '../report/rows.js';
import type { TrialResult } from '../runner/result.js';
import type { Trial } from '../runner/trial.js';
import type { EpochRecord, TrainProgress } from '../training/train.js';
import { renderEndLine, renderEpochLine, renderTrialLine } from './render-trial.js';

/** Shows how trials go on: a live line on a terminal, a line an epoch elsewhere. */
export interface TrialDisplay {
  trialStarted(trial: Trial, place: { readonly index: number; readonly count: number }): void;
  trialProgress(trial: Trial, progress: TrainProgress): void;
  epochEnded(trial: Trial, record: EpochRecord): void;
  trialEnded(result: TrialResult): void;
}

/** Reading loss and accuracy waits for the engine, so the line is not renewed more often than a person reads. */
const redrawMilliseconds = 500;

export function createTrialDisplay(stream: NodeJS.WriteStream): TrialDisplay {
  const canRedraw = stream.isTTY && process.env.TERM !== 'dumb';
  let started = 0;
  let drawn = 0;
  const erase = () => {
    if (!canRedraw) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    trialStarted(trial, { index, count }) {
      started = performance.now();
      if (!canRedraw)
        stream.write(`${renderTrialName(trial)} (trial ${index + 1} of ${count}) ...\n`);
    },
    trialProgress(trial, progress) {
      if (!canRedraw || performance.now() - drawn < redrawMilliseconds) return;
      drawn = performance.now();
      const seconds = (drawn - started) / 1000;
      const line = renderTrialLine(trial, progress, estimateSecondsLeft(progress, seconds));
      erase();
      stream.write(line.slice(0, (stream.columns || 80) - 1));
    },
    epochEnded(trial, record) {
      if (!canRedraw) stream.write(`${renderEpochLine(trial, record)}\n`);
    },
    trialEnded(result) {
      erase();
      stream.write(`${renderEndLine(result)}\n`);
    },
  };
}

/** The first seconds go into setting up and say little about the rest. */
function estimateSecondsLeft(progress: TrainProgress, seconds: number): number | undefined {
  const done = (progress.epoch - 1 + progress.step / progress.steps) / progress.epochs;
  return seconds < 3 || done === 0 ? undefined : (seconds * (1 - done)) / done;
}
