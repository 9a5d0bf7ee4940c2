import { renderBfloat16Units } from '../engine/processor.js';
import { renderValue } from '../inspection/render-number.js';
import type { TrainingTime } from './explanation.js';

/** Renders the estimate and what it rests on. */
export function renderTime(time: TrainingTime): string {
  const { secondsPerStep, batchSize, stepsPerEpoch, measuredSteps, evaluationSeconds } = time;
  const step = `${renderValue(secondsPerStep * 1000)} ms a step of ${batchSize} images`;
  const steps = `${stepsPerEpoch.toLocaleString('en-US')} steps an epoch`;
  const precisions = Object.entries(time.secondsByPrecision).map(
    ([precision, seconds]) => `${precision} ${renderValue(seconds * 1000)} ms a step`,
  );
  const units = time.bfloat16Units;
  const processor = units ? `; this processor has ${renderBfloat16Units(units)}` : '';
  const epochs = `${time.epochs} epoch${time.epochs === 1 ? '' : 's'}`;
  return [
    `Time on this machine: about ${renderDuration(time.totalSeconds)} for ${epochs}\n`,
    `  ${step}, ${steps}, ${renderDuration(evaluationSeconds)} to judge an epoch\n`,
    `  ${precisions.join(', ')}${processor}\n`,
    time.views > 0
      ? `  at the end ${time.views} views of each test image, about ${renderDuration(time.views * evaluationSeconds)} more\n`
      : '',
    `  measured over ${measuredSteps} real step${measuredSteps === 1 ? '' : 's'} on ${time.device}; other work on the machine makes it longer\n`,
  ].join('');
}

function renderDuration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Number((minutes / 60).toFixed(1))} h`;
}
