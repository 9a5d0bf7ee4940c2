import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { initialCallbacks, updateCallbacks } from '../../src/training/callbacks.js';
import type { TrainingRecipe } from '../../src/training/recipe.js';

interface GoldenCallbacks {
  readonly params: {
    readonly early_stopping: Readonly<Record<string, number | boolean>>;
    readonly reduce_lr_on_plateau: Readonly<Record<string, number>>;
    readonly initial_learning_rate: number;
  };
  readonly input: { readonly val_accuracy: unknown[]; readonly val_loss: unknown[] };
  readonly output: {
    readonly epochs_run: number;
    readonly stopped_early: boolean;
    readonly final_weights_epoch: number;
    readonly final_learning_rate: number;
    readonly per_epoch: readonly {
      readonly learning_rate_after: number;
      readonly early_stopping_best: unknown;
      readonly early_stopping_wait: number;
      readonly reduce_lr_wait: number;
      readonly reduce_lr_best: unknown;
      readonly stop: boolean;
    }[];
  };
}

const folder = new URL('../golden/callbacks/', import.meta.url);
const cases = readdirSync(folder);

test('the golden sequences of Keras are there', () => {
  expect(cases).toHaveLength(13);
});

test.each(cases)('EarlyStopping and ReduceLROnPlateau follow Keras through %s', (file) => {
  const golden = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as GoldenCallbacks;
  const recipe = recipeOf(golden);
  let state = initialCallbacks(recipe);
  let keptEpoch: number | undefined;
  let epoch = 0;
  for (let stop = false; !stop && epoch < golden.input.val_loss.length; epoch++) {
    const values = {
      validationAccuracy: Number(golden.input.val_accuracy[epoch]),
      validationLoss: Number(golden.input.val_loss[epoch]),
      trainAccuracy: undefined,
      trainLoss: undefined,
    };
    const decision = updateCallbacks(state, { epoch, values }, recipe);
    ({ state, stop } = decision);
    if (decision.keepWeights) keptEpoch = epoch;
    const expected = golden.output.per_epoch[epoch];
    expect(Math.fround(decision.learningRate)).toBe(
      Math.fround(expected?.learning_rate_after ?? 0),
    );
    expect({
      best: nineDigits(state.earlyStopping.best),
      wait: state.earlyStopping.wait,
      plateauWait: state.plateau.wait,
      plateauBest: nineDigits(state.plateau.best),
      stop,
    }).toEqual({
      best: optionalNumber(expected?.early_stopping_best),
      wait: expected?.early_stopping_wait,
      plateauWait: expected?.reduce_lr_wait,
      plateauBest: optionalNumber(expected?.reduce_lr_best),
      stop: expected?.stop,
    });
  }
  expect({ epochsRun: epoch, stoppedEarly: state.earlyStopping.stop, keptEpoch }).toEqual({
    epochsRun: golden.output.epochs_run,
    stoppedEarly: golden.output.stopped_early,
    keptEpoch: golden.output.final_weights_epoch,
  });
});

/** Golden files write NaN as a text and "no value yet" as null. */
function optionalNumber(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

/** Golden files hold nine significant digits. */
function nineDigits(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(9));
}

function recipeOf({ params }: GoldenCallbacks): TrainingRecipe {
  const stopping = params.early_stopping;
  const reducing = params.reduce_lr_on_plateau;
  const number = (value: number | boolean | undefined, otherwise: number) =>
    value === undefined ? otherwise : Number(value);
  return {
    epochs: 50,
    batchSize: 64,
    optimizer: {
      name: 'adam',
      learningRate: params.initial_learning_rate,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
    },
    labelSmoothing: 0,
    precision: 'float32',
    validation: 'test',
    earlyStopping: {
      monitor: 'validationAccuracy',
      patience: number(stopping.patience, 0),
      minDelta: number(stopping.min_delta, 0),
      restoreBestWeights: stopping.restore_best_weights === true,
      startFromEpoch: number(stopping.start_from_epoch, 0),
      ...(stopping.baseline !== undefined && { baseline: Number(stopping.baseline) }),
    },
    reduceLearningRateOnPlateau: {
      monitor: 'validationLoss',
      factor: number(reducing.factor, 0.1),
      patience: number(reducing.patience, 10),
      cooldown: number(reducing.cooldown, 0),
      minDelta: 1e-4,
      minLearningRate: number(reducing.min_lr, 0),
    },
  };
}
