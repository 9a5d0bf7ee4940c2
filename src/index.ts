export { z } from 'zod';
export { computeFindings } from './analysis/findings/compute-findings.js';
export type { Finding } from './analysis/findings/finding.js';
export { checkThresholds } from './analysis/gate/check-thresholds.js';
export { compareResults, type NamedResults, usualRules } from './analysis/gate/compare-results.js';
export type * from './analysis/gate/gate-result.js';
export { type EngineStart, type RunningEngine, startEngine } from './engine/start.js';
export { type Catalogue, shippedCatalogue } from './experiment/catalogue.js';
export { createStage } from './experiment/create-stage.js';
export type * from './experiment/experiment.js';
export { parseExperiment } from './experiment/parse-experiment.js';
export { loadPlugins } from './experiment/plugins/load-plugins.js';
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
export { defineModel, type ModelDefinition, type ModelInput } from './models/model.js';
export { type Progress, type ProgressTask, silentProgress } from './progress.js';
export { type ReportOptions, renderReport } from './report/html/page.js';
export { renderMarkdownTable, renderTable } from './report/table.js';
export { readResults } from './results/read-results.js';
export type * from './results/result.js';
export { type RunOptions, type RunReporter, runExperiments } from './runner/run-experiments.js';
export type { GivenDraw } from './stages/apply-stage.js';
export { applyStage, fitStage, type Images } from './stages/apply-stage.js';
export {
  type Draw,
  type DrawBatch,
  defineStage,
  drawn,
  type Fitted,
  type ImageShape,
  type RandomSource,
  type Sampling,
  type Stage,
  type StageContext,
  type StageDefinition,
  type StageGeometry,
  type TrainingImages,
  type ValueRange,
} from './stages/stage.js';
export { type ExitCode, exitCodes, UserError } from './user-error.js';
