export { z } from 'zod';
export { type Catalogue, shippedCatalogue } from './catalogue.js';
export { type CompileOptions, compileProgram } from './engine/program/compile.js';
export { createEagerProgram } from './engine/program/eager.js';
export { computeIn, type Precision } from './engine/program/precision.js';
export type { Program, Step } from './engine/program/program.js';
export { createRandomSource } from './engine/random.js';
export { type EngineStart, type RunningEngine, startEngine } from './engine/start.js';
export { tensorflow } from './engine/tensorflow.js';
export { createStage } from './experiment/create-stage.js';
export type * from './experiment/experiment.js';
export { checkRanges } from './experiment/range-check.js';
export {
  type ExperimentFromFile,
  readExperiment,
  readExperiments,
} from './experiment/read-experiment.js';
export { computeFindings } from './findings/compute-findings.js';
export type { Finding } from './findings/finding.js';
export { checkThresholds } from './gate/check-thresholds.js';
export { compareResults, type NamedResults, usualRules } from './gate/compare-results.js';
export type * from './gate/gate-result.js';
export { defineModel, type ModelDefinition, type ModelInput } from './models/model.js';
export { loadPlugins } from './plugins/load-plugins.js';
export { type Progress, type ProgressTask, silentProgress } from './progress.js';
export { type ReportOptions, renderReport } from './report/html/page.js';
export { renderMarkdownTable, renderTable } from './report/table.js';
export type * from './runner/result.js';
export { readResults } from './runner/results/read-results.js';
export { type RunOptions, type RunReporter, runExperiments } from './runner/run-experiments.js';
export { applyStage, fitStage, type Images } from './stages/apply-stage.js';
export type { GivenDraw } from './stages/given-draw.js';
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
