import type { Results, TrialResult } from '../../results/result.js';
import { type CellValue, renderCsvCells, renderCsvLine } from '../../text/csv-cell.js';
import type { EpochRecord } from '../../training/train.js';

/**
 * Renders results in long format: one line a trial and epoch, what belongs to the trial repeated in each. A trial that
 * failed before its first epoch has one line without an epoch. Rates are 0..1; what a sweep set has columns of its own.
 */
export function renderCsv({ trials }: Results): string {
  const paths = [...new Set(trials.flatMap(({ changes }) => changes.map(({ path }) => path)))];
  const names = [...Object.keys(trialCells(undefined)), ...Object.keys(epochCells(undefined))];
  const lines = trials.flatMap((trial) => {
    // Once a trial: it is most of each line.
    const before = renderCsvCells(Object.values(trialCells(trial)));
    const after = paths.map((path) => `,${renderCsvCells([valueAt(trial, path)])}`).join('');
    const records = trial.history.length > 0 ? trial.history : [undefined];
    return records.map((record) => {
      const epoch = renderCsvCells(Object.values(epochCells(record)));
      return `${before},${epoch}${after}\n`;
    });
  });
  return [renderCsvLine([...names, ...paths]), ...lines].join('');
}

function valueAt({ changes }: TrialResult, path: string): CellValue {
  const value = changes.find((change) => change.path === path)?.value;
  const isPlain = value === undefined || ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? (value as CellValue) : JSON.stringify(value);
}

function epochCells(record: EpochRecord | undefined) {
  return {
    epoch: record?.epoch,
    trainLoss: record?.trainLoss,
    trainAccuracy: record?.trainAccuracy,
    validationLoss: record?.validationLoss,
    validationAccuracy: record?.validationAccuracy,
    learningRate: record?.learningRate,
    epochTrainSeconds: record?.trainSeconds,
    epochValidationSeconds: record?.validationSeconds,
  };
}

function trialCells(trial: TrialResult | undefined) {
  const done = trial?.status === 'done' ? trial : undefined;
  return {
    id: trial?.id,
    experiment: trial?.experiment.name,
    seed: trial?.seed,
    status: trial?.status,
    reason: trial?.status === 'failed' ? trial.reason : undefined,
    preprocessing: trial?.summary.preprocessing,
    model: trial?.summary.model,
    epochs: trial?.experiment.training.epochs,
    testAccuracy: done?.test.accuracy,
    testLoss: done?.test.loss,
    testAccuracyWithoutViews: done?.test.withoutViews?.accuracy,
    testLossWithoutViews: done?.test.withoutViews?.loss,
    corruptionAccuracy: done?.corruptions?.accuracy,
    corruptionSet: done?.corruptions?.set,
    testEpoch: done?.test.epoch,
    bestEpoch: done?.best?.epoch,
    bestAccuracy: done?.best?.accuracy,
    stoppedEarly: done?.stoppedEarly,
    trainImages: done?.imageCounts.train,
    validationImages: done?.imageCounts.validation,
    testImages: done?.imageCounts.test,
    parameterCount: done?.parameterCount,
    trainSeconds: done?.trainSeconds,
    imagesPerSecond: done?.imagesPerSecond,
    ...machineCells(trial),
  };
}

function machineCells(trial: TrialResult | undefined) {
  const environment = trial?.environment;
  return {
    device: environment?.device,
    deviceName: environment?.deviceName,
    threads: environment?.threads,
    precision: environment?.precision,
    execution: environment?.execution,
    tensorflow: environment?.tensorflow,
    node: environment?.node,
    prepLab: environment?.prepLab,
    startedAt: trial?.startedAt,
    key: trial?.key,
  };
}
