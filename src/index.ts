export { z } from 'zod';
export type { ArmComparison, Verdict } from './analysis/comparison/compare-arms.js';
export type { CorruptionComparison } from './analysis/comparison/compare-corruptions.js';
export type { TestMethod } from './analysis/comparison/run-test.js';
export { computeFindings } from './analysis/findings/compute-findings.js';
export type { Finding } from './analysis/findings/finding.js';
export type { Aspect } from './analysis/gate/aspects.js';
export { checkThresholds } from './analysis/gate/check-thresholds.js';
export { compareResults, type NamedResults, usualRules } from './analysis/gate/compare-results.js';
export type {
  AllowName,
  ArmVerdict,
  Difference,
  GateComparison,
  GateReport,
  GateRules,
  GateVerdict,
  Obstacle,
  SideSummary,
  ThresholdCheck,
} from './analysis/gate/gate-result.js';
export type { CorruptionsOption } from './corruptions/selection.js';
export type { DatasetOptions } from './datasets/dataset-options.js';
export type { Device, DeviceRequest } from './engine/device.js';
export { type EngineStart, type RunningEngine, startEngine } from './engine/start.js';
export { type Catalogue, type PluginOrigin, shippedCatalogue } from './experiment/catalogue.js';
export { createStage } from './experiment/create-stage.js';
export type {
  Experiment,
  ModelOptions,
  NamedOptions,
  StageOptions,
} from './experiment/experiment.js';
export type { Overrides } from './experiment/override.js';
export { parseExperiment } from './experiment/parse-experiment.js';
export {
  defineLauncher,
  type LauncherDefinition,
  type LauncherOptionsSchema,
  type LauncherPlaces,
  type PlaceRequest,
} from './experiment/plugins/define-launcher.js';
export { loadPlugins } from './experiment/plugins/load-plugins.js';
export type { Race } from './experiment/race.js';
export { checkRanges } from './experiment/range-check.js';
export {
  type ExperimentFromFile,
  readExperiment,
  readExperiments,
} from './experiment/read-experiment.js';
export type {
  WrittenExperiment,
  WrittenModel,
  WrittenStage,
  WrittenTraining,
} from './experiment/written-experiment.js';
export * from './graph/index.js';
export type { LayersModel, Tensor, Tensor4D } from './graph/tensorflow.js';
export type { FillMode, Interpolation } from './graph/transform-images.js';
export {
  defineModel,
  type ModelBehaviour,
  type ModelDefinition,
  type ModelInput,
  type ModelOptionsSchema,
  type ModelPart,
  type TrainedWeight,
} from './models/model.js';
export type { Problem } from './problem.js';
export { type Progress, type ProgressTask, silentProgress } from './progress.js';
export type { ConfusedPair, Evidence, Mistakes, Picture } from './report/html/evidence.js';
export { type ReportOptions, renderReport } from './report/html/page.js';
export type { RowsOptions } from './report/rows.js';
export { renderMarkdownTable, renderTable, type TableOptions } from './report/table.js';
export type { Pivot } from './report/view/pivot.js';
export type { View } from './report/view/view.js';
export { type ReadResultsOptions, readResults } from './results/read-results.js';
export type {
  Change,
  Chosen,
  DoneTrial,
  Environment,
  FailedTrial,
  Provenance,
  Results,
  TrialIdentity,
  TrialResult,
} from './results/result.js';
export type { JudgedSets } from './runner/judge-corruptions.js';
export { type RunOptions, type RunReporter, runExperiments } from './runner/run-experiments.js';
export type { TrialReporter } from './runner/run-trial.js';
export type { Trial } from './runner/trial.js';
export type { GivenDraw } from './stages/apply-stage.js';
export { applyStage, fitStage, type Images } from './stages/apply-stage.js';
export type { PythonPlace, StageInPython } from './stages/stage.js';
export {
  type Draw,
  type DrawBatch,
  defineStage,
  drawn,
  type Fitted,
  type ImageShape,
  type LabelContext,
  type RandomSource,
  type Sampling,
  type Stage,
  type StageContext,
  type StageDefinition,
  type StageGeometry,
  type StageOptionsSchema,
  type TrainingImages,
  type ValueRange,
} from './stages/stage.js';
export type { Interval } from './statistics/interval.js';
export type { EpochRecord } from './training/epoch-record.js';
export type { TrainProgress } from './training/run-epoch.js';
export { type ExitCode, exitCodes, UserError, type UserErrorOptions } from './user-error.js';
