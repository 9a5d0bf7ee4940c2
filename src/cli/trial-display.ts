import type { MultiBar, SingleBar } from 'cli-progress';
import { renderTrialName } from '../report/rows.js';
import type { TrialResult } from '../results/result.js';
import type { JudgedSets } from '../runner/judge-corruptions.js';
import type { Trial } from '../runner/trial.js';
import type { ProgressNumbers, TrainingNumbers } from '../runner/trial-process/messages.js';
import { renderCount, renderCountOf, renderDuration, renderPercent } from '../text/quantities.js';
import type { EpochRecord } from '../training/train.js';
import { countEpochs } from '../training/training-length.js';
import { renderHint } from '../user-error.js';
import { renderLine } from '../visible-text.js';
import { createRunPace, type RunPosition } from './run-pace.js';
import { openBars } from './terminal-progress.js';

/** Renders one line: epoch, batch, loss and accuracy of the epoch so far, speed, time left for the trial. */
export function renderTrialLine(
  trial: Trial,
  progress: TrainingNumbers,
  secondsLeft: number | undefined,
): string {
  const { epoch, epochs, step, steps } = progress;
  const { metrics } = progress;
  const parts = [
    renderTrialName(trial),
    `epoch ${epoch}/${epochs}`,
    `batch ${step}/${steps}`,
    ...(metrics
      ? [`loss ${metrics.loss.toFixed(3)}`, `accuracy ${renderPercent(metrics.accuracy)}`]
      : []),
    `${renderCount(progress.imagesPerSecond)} images/s`,
    ...(secondsLeft === undefined ? [] : [`${renderDuration(secondsLeft)} left`]),
  ];
  return parts.join('  ');
}

/** Renders one line: on how many sets of corrupted images it was judged, time left for the rest of them. */
function renderJudgedLine(
  trial: Trial,
  { done, all }: JudgedSets,
  secondsLeft: number | undefined,
): string {
  const left = secondsLeft === undefined ? '' : `, ${renderDuration(secondsLeft)} left`;
  return `${renderTrialName(trial)}: judged on ${done} of ${renderCountOf(all, 'set')} of corrupted images${left}`;
}

/** Renders a finished epoch as one line, for logs. */
export function renderEpochLine(trial: Trial, record: EpochRecord): string {
  const { validationAccuracy } = record;
  const judged = trial.experiment.training.validation === 'test' ? 'test' : 'validation';
  const parts = [
    `epoch ${record.epoch}/${countEpochs(trial.experiment.training)}`,
    `loss ${record.trainLoss.toFixed(3)}`,
    `accuracy ${renderPercent(record.trainAccuracy)}`,
    ...(validationAccuracy === undefined
      ? []
      : [`${judged} accuracy ${renderPercent(validationAccuracy)}`]),
    renderDuration(record.trainSeconds + record.validationSeconds),
  ];
  return `${renderTrialName(trial)}: ${parts.join(', ')}`;
}

/** What a process printed before it died may end in anything. */
function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Renders a finished trial as one line. */
export function renderEndLine(result: TrialResult): string {
  const name = renderTrialName(result);
  if (result.status === 'failed') {
    const hint = result.hint ? ` ${renderHint(result.hint)}` : '';
    return `${name}: failed. ${endSentence(result.reason)}${hint}`;
  }
  const { experiment, history, test, durationSeconds } = result;
  // A search does not look at the test images.
  const judged = experiment.search && history[test.epoch - 1]?.validationAccuracy;
  if (judged !== undefined) {
    return `${name}: validation accuracy ${renderPercent(judged)} in ${renderDuration(durationSeconds)}`;
  }
  const { accuracy } = test;
  return `${name}: test accuracy ${renderPercent(accuracy)} in ${renderDuration(result.durationSeconds)}`;
}

/** Shows how trials go on: a live line for each running one on a terminal, a line an epoch elsewhere. */
export interface TrialDisplay {
  /** Whether progress within an epoch is shown. */
  readonly isLive: boolean;
  /** These trials will be trained. */
  expect(trials: readonly Trial[]): void;
  started(trial: Trial): void;
  resumed(trial: Trial, place: { readonly epoch: number; readonly step: number }): void;
  progress(trial: Trial, progress: ProgressNumbers): void;
  epoch(trial: Trial, record: EpochRecord): void;
  /** A line that stays. */
  note(text: string): void;
  interrupted(trial: Trial): void;
  /** A search left it after this epoch. */
  paused(trial: Trial, epoch: number): void;
  ended(trial: Trial, result: TrialResult): void;
}

/** Creates the display that fits the stream. */
export function createTrialDisplay(stream: NodeJS.WriteStream): TrialDisplay {
  const isLive = stream.isTTY && process.env.TERM !== 'dumb';
  return isLive ? createLiveLines(stream) : createLines(stream);
}

/** In a log, a trial that is judged on corrupted images says so once a minute. */
const judgedMilliseconds = 60_000;

function createLines(stream: NodeJS.WriteStream): TrialDisplay {
  let pace = createRunPace([]);
  const judgings = new Map<string, Stretch & { told: number }>();
  const note = (text: string) => void stream.write(`${renderLine(text)}\n`);
  const noteJudged = (trial: Trial, sets: JudgedSets) => {
    const now = performance.now();
    const judging = judgings.get(trial.id) ?? { started: now, told: now };
    judgings.set(trial.id, judging);
    const left = estimateSecondsLeft(judging, sets.done / sets.all);
    if (now - judging.told < judgedMilliseconds) return;
    judging.told = now;
    note(renderJudgedLine(trial, sets, left));
  };
  const noteEnd = (trial: Trial, text: string) => {
    pace.end(trial);
    note(text);
  };
  return {
    isLive: false,
    expect(trials) {
      pace = createRunPace(trials);
    },
    started(trial) {
      pace.start(trial);
      const { started, total } = pace.position();
      const place = total > 0 ? ` (trial ${started} of ${total})` : '';
      note(`${renderTrialName(trial)}${place} ...`);
    },
    resumed: (trial, place) => note(renderResumed(trial, place)),
    progress(trial, progress) {
      if ('all' in progress) noteJudged(trial, progress);
      else pace.reach(trial, shareOf(progress));
    },
    epoch(trial, record) {
      pace.reach(trial, record.epoch / countEpochs(trial.experiment.training));
      const { left } = pace.position();
      note(`${renderEpochLine(trial, record)}${left === '' ? '' : ` (run: ${left})`}`);
    },
    note,
    interrupted: (trial) => noteEnd(trial, renderInterrupted(trial)),
    paused: (trial, epoch) => noteEnd(trial, renderPaused(trial, epoch)),
    ended: (trial, result) => noteEnd(trial, renderEndLine(result)),
  };
}

const barWidth = 20;

/** Renders how far the run is: a bar, the trial's number and the time left. */
export function renderRunLine({ started, total, share, left }: RunPosition): string {
  const full = Math.floor(share * barWidth);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const percent = `${Math.floor(100 * share)}`.padStart(3);
  if (total === 0) return `searching, ${renderCountOf(started, 'trial')} begun`;
  return `${bar} ${percent} %  trial ${started} of ${total}${left === '' ? '' : `, ${left}`}`;
}

/** Work under way, from which the time left is computed. */
interface Stretch {
  readonly started: number;
  /** The share that was done when it started. */
  doneAtStart?: number;
}

/** A running trial's line. */
interface LiveLine {
  readonly bar: SingleBar;
  readonly payload: { text: string };
  readonly training: Stretch;
  judging?: Stretch;
}

function createLiveLines(stream: NodeJS.WriteStream): TrialDisplay {
  const lines = new Map<string, LiveLine>();
  let pace = createRunPace([]);
  let bars: MultiBar | undefined;
  const note = (text: string) => {
    bars?.log(`${renderLine(text)}\n`);
    // What is logged would be lost if the bars were stopped before their next turn.
    if (bars) bars.update();
    else stream.write(`${renderLine(text)}\n`);
  };
  const remove = (trial: Trial, text: string) => {
    pace.end(trial);
    note(text);
    const line = lines.get(trial.id);
    lines.delete(trial.id);
    if (bars && line && lines.size > 0) bars.remove(line.bar);
    if (bars && lines.size === 0) {
      bars.stop();
      bars = undefined;
    }
  };
  return {
    isLive: true,
    expect(trials) {
      pace = createRunPace(trials);
    },
    started(trial) {
      pace.start(trial);
      bars ??= openRunBars(stream, () => renderRunLine(pace.position()));
      const payload = { text: `${renderTrialName(trial)}  starting` };
      const training = { started: performance.now() };
      lines.set(trial.id, { bar: bars.create(1, 0, payload), payload, training });
    },
    resumed: (trial, place) => note(renderResumed(trial, place)),
    progress(trial, progress) {
      const line = lines.get(trial.id);
      if ('all' in progress) {
        if (!line) return;
        line.judging ??= { started: performance.now() };
        const left = estimateSecondsLeft(line.judging, progress.done / progress.all);
        return line.bar.update(0, { text: renderJudgedLine(trial, progress, left) });
      }
      const share = shareOf(progress);
      pace.reach(trial, share);
      if (!line || !progress.metrics) return;
      const left = estimateSecondsLeft(line.training, share);
      line.bar.update(0, { text: renderTrialLine(trial, progress, left) });
    },
    epoch() {},
    note,
    interrupted: (trial) => remove(trial, renderInterrupted(trial)),
    paused: (trial, epoch) => remove(trial, renderPaused(trial, epoch)),
    ended: (trial, result) => remove(trial, renderEndLine(result)),
  };
}

/** Opens bars of which the first one is the run's. */
function openRunBars(stream: NodeJS.WriteStream, renderRun: () => string): MultiBar {
  const bars = openBars<{ readonly text?: string }>(stream, {
    fps: 4,
    render: ({ text }) => text ?? renderRun(),
  });
  bars.create(1, 0, {});
  return bars;
}

function shareOf({ epoch, epochs, step, steps }: TrainingNumbers): number {
  return Math.min(1, (epoch - 1 + step / steps) / epochs);
}

/** The first seconds go into setting up and say little about the rest. */
function estimateSecondsLeft(stretch: Stretch, done: number): number | undefined {
  stretch.doneAtStart ??= done;
  const seconds = (performance.now() - stretch.started) / 1000;
  const doneSince = done - stretch.doneAtStart;
  return seconds < 3 || doneSince <= 0 ? undefined : (seconds * (1 - done)) / doneSince;
}

function renderResumed(trial: Trial, { epoch, step }: { epoch: number; step: number }): string {
  const place = step === 0 ? `after epoch ${epoch}` : `in epoch ${epoch + 1}, after step ${step}`;
  return `${renderTrialName(trial)}: continues from its checkpoint ${place}`;
}

function renderPaused(trial: Trial, epoch: number): string {
  return `${renderTrialName(trial)}: left after epoch ${epoch}`;
}

function renderInterrupted(trial: Trial): string {
  return `${renderTrialName(trial)}: interrupted`;
}
