import { type Tensor, tensorflow } from '../../graph/tensorflow.js';
import type { Diagnostics } from '../../results/diagnostics.js';
import type { ImageShape } from '../../stages/stage.js';
import type { EvaluationResult } from '../../training/evaluation.js';
import type { GradientNorms } from '../../training/gradient-norm.js';
import type { Learner } from '../../training/learner.js';
import { createTurns } from '../../training/turns.js';
import type { TrialData } from '../prepare-trial.js';
import { countConfusion, findClassAccuracy, measureCalibration } from './calibration.js';
import { createDeadReluCounter } from './dead-relus.js';
import { measureInput, sampleImages } from './measure-input.js';

export interface DiagnosedTraining {
  /** It holds the final weights. */
  readonly learner: Learner;
  readonly data: Pick<TrialData, 'train' | 'test'>;
  readonly imageShape: ImageShape;
  readonly classCount: number;
  readonly seed: number;
  readonly gradientNorms: GradientNorms;
  /** The final weights on the test images. */
  readonly judged: EvaluationResult;
}

/** With more classes, their pairs would be most of a results file, and nobody reads them. */
const mostConfused = 100;

/** Images of each set: shares are right within 4 points, and means within 0.03 deviations, in a third of a second. */
const sampleSize = 500;

/**
 * Finds out why a training came out as it did; takes less than a second. Returns nothing if the stages give values that are
 * not finite.
 */
export async function diagnose(training: DiagnosedTraining): Promise<Diagnostics | undefined> {
  const { learner, data, seed, imageShape, classCount, judged, gradientNorms } = training;
  const turns = createTurns();
  const sample = (set: 'train' | 'test') =>
    sampleImages(data[set], {
      size: sampleSize,
      stream: `${seed}/diagnostics/${set}`,
      shape: imageShape,
    });
  const samples = { train: sample('train'), test: sample('test') };
  const input = await measureInput(samples, { network: learner.network, turns });
  if (!input) return undefined;
  copyWeights(learner);
  const relus = createDeadReluCounter(learner.network);
  for (const images of samples.test.batches()) {
    relus.add(images);
    images.dispose();
    await turns.pass();
  }
  const { labels } = data.test;
  const confusion = countConfusion({ labels, ...judged }, classCount);
  return {
    gradientNorm: gradientNorms,
    deadRelus: relus.count(),
    input,
    classAccuracy: findClassAccuracy(confusion),
    confusion: classCount <= mostConfused ? confusion : [],
    calibration: measureCalibration({ labels, ...judged }),
  };
}

/** A compiled program keeps the weights to itself: the model's own variables get them here. */
function copyWeights({ program, weights }: Learner): void {
  tensorflow().tidy(() => {
    const values = program.read(weights);
    for (const [index, weight] of weights.entries()) weight.assign(values[index] as Tensor);
  });
}
