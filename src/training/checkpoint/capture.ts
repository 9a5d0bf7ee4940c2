import { type Tensor, tensorflow, type Variable } from '../../graph/tensorflow.js';
import type { Learner } from '../learner.js';
import type { RunningTraining } from '../running-training.js';
import type { TrainingLength } from '../training-length.js';
import type { TrainingState } from './state.js';
import {
  cannotResume,
  requireTensorsOf,
  restoreTensors,
  storeTensor,
  storeVariables,
} from './stored-tensor.js';

/** Copies all of a training that it needs to go on. */
export function captureTraining(learner: Learner, training: RunningTraining): TrainingState {
  const { position, history, callbacks, gradientNorms, best } = training;
  const names = [...weightsOf(learner).keys()];
  return {
    ...position,
    callbacks,
    history: [...history],
    gradientNorms: [...gradientNorms],
    tensors: storeVariables(learner.program, learner.state),
    ...(best && {
      best: {
        epoch: best.epoch,
        weights: best.weights.map((tensor, index) => storeTensor(names[index] as string, tensor)),
      },
    }),
  };
}

/**
 * Puts a captured training into a new learner of the same options, which then goes on bit for bit.
 * @throws UserError (cannot resume) if it is a training of something else; the learner is then as before.
 */
export function resumeTraining(learner: Learner, state: TrainingState): RunningTraining {
  const { epoch, step, seconds, history, callbacks, gradientNorms, best } = state;
  requirePosition(state, learner.length);
  requireTensorsOf(state.tensors, learner.state);
  if (best) requireTensorsOf(best.weights, weightsOf(learner));
  const tensors = restoreTensors(state.tensors);
  const variables = [...learner.state.values()];
  learner.program.write(variables.map((variable, index) => [variable, tensors[index] as Tensor]));
  tensorflow().dispose(tensors);
  return {
    position: { epoch, step, seconds },
    history: [...history],
    callbacks,
    gradientNorms: [...gradientNorms],
    ...(best && { best: { epoch: best.epoch, weights: restoreTensors(best.weights) } }),
  };
}

function requirePosition(
  { epoch, step, history }: TrainingState,
  { epochCount: epochs, stepsPerEpoch: steps }: TrainingLength,
): void {
  if (history.length !== epoch) {
    throw cannotResume(`it tells of ${history.length} epochs after ${epoch}`);
  }
  if (epoch > epochs || step > steps) {
    const reason = `it is at step ${step} after ${epoch} epochs where the trial has ${epochs} epochs of ${steps} steps`;
    throw cannotResume(reason);
  }
}

function weightsOf({ weights }: Learner): ReadonlyMap<string, Variable> {
  return new Map(weights.map((weight, index) => [`weight/${index}`, weight]));
}
