import { Command, Option } from 'commander';
import type { DeviceRequest } from '../engine/device.js';
import type { Catalogue } from '../experiment/catalogue.js';
import type { ExperimentFromFile } from '../experiment/read-experiment.js';
import type { Explanation } from '../look/explain/explanation.js';
import { createProblemsError, problemsOfFile, toProblem } from '../problem.js';
import type { Progress } from '../progress.js';
import { choosePaint } from '../text/paint.js';
import { UserError } from '../user-error.js';
import { createStrictError } from './print-warnings.js';
import {
  createDeviceOption,
  createJsonOption,
  createPluginOption,
  createStrictOption,
  readCatalogue,
} from './shared-options.js';

const example = `
Warnings do not change the exit code; with --strict they end with 3. Hints never do.

Examples:
  $ prep-lab explain experiments/photometric.json       names the cause of the 20.62 % and the fix
  $ prep-lab explain mine.json --strict                 for CI
  $ prep-lab explain mine.json --no-measure             in no time: options only, no TensorFlow
  $ prep-lab explain mine.json --json | jq '.experiments[0].advice[].fix'`;

interface ExplainFlags {
  readonly json?: boolean;
  readonly format?: 'text' | 'json';
  readonly measure: boolean;
  readonly strict?: boolean;
  readonly data?: string;
  readonly device: DeviceRequest;
  readonly plugin: readonly string[];
}

/** Returns the command that tells what an experiment computes, what it costs and what looks wrong in it. */
export function createExplainCommand(): Command {
  return (
    new Command('explain')
      .summary('tell what stages and model compute and cost, and what looks wrong')
      .description(
        'Tell what each stage computes, its value ranges and cost, the layers of the model, how long training would take here, and what looks wrong, each with its numbers and the fix as JSON to paste.',
      )
      .argument('<files...>', 'experiment files (JSON or YAML)')
      .addOption(createJsonOption())
      // Its name before all commands had --json.
      .addOption(new Option('--format <format>').choices(['text', 'json']).hideHelp())
      .option('--no-measure', 'use the options alone: no data, no TensorFlow, fewer checks')
      .addOption(createStrictOption('a warning'))
      .option('--data <folder>', 'take the files of a published data set from this folder')
      .addOption(createDeviceOption())
      .addOption(createPluginOption())
      .addHelpText('after', example)
      .action(runExplain)
  );
}

async function runExplain(files: readonly string[], flags: ExplainFlags): Promise<void> {
  const { readExperiments } = await import('../experiment/read-experiment.js');
  const { renderExplanation, renderExplanationsJson } = await import(
    '../look/explain/render-explanation.js'
  );
  const { countAdvice } = await import('../look/explain/render-explanation.js');
  const catalogue = await readCatalogue(flags.plugin);
  const { createTerminalProgress } = await import('./terminal-progress.js');
  const progress = createTerminalProgress(process.stderr);
  const experiments = await readExperiments(files, catalogue, progress);
  const isText = !flags.json && flags.format !== 'json';
  const explanations: Explanation[] = [];
  const unmeasured: Unmeasured[] = [];
  const explain = await chooseDepth(flags, { catalogue, experiments, progress });
  for (const experiment of experiments) {
    const { explanation, error } = await explain(experiment);
    const gap = explanations.length > 0 ? '\n' : '';
    if (isText)
      process.stdout.write(`${gap}${renderExplanation(explanation, choosePaint(process.stdout))}`);
    explanations.push(explanation);
    if (error) unmeasured.push({ file: experiment.file, error });
  }
  if (!isText) process.stdout.write(renderExplanationsJson(explanations));
  const [first] = unmeasured;
  if (first) {
    const problems = unmeasured.flatMap(({ file, error }) =>
      problemsOfFile(file, [toProblem(error)]),
    );
    throw createProblemsError(problems, first.error.exitCode);
  }
  const { warnings } = countAdvice(explanations.flatMap(({ advice }) => advice));
  if (flags.strict && warnings > 0) throw createStrictError(warnings);
}

/** An experiment that could not be measured, and why. */
interface Unmeasured {
  readonly file: string;
  readonly error: UserError;
}

/** With the error where measuring failed, and the explanation is by the options alone. */
interface Explained {
  readonly explanation: Explanation;
  readonly error?: UserError;
}

/** What measures loads TensorFlow; what does not, does not. */
async function chooseDepth(
  { measure, data, device }: ExplainFlags,
  {
    catalogue,
    experiments,
    progress,
  }: {
    readonly catalogue: Catalogue;
    readonly experiments: readonly ExperimentFromFile[];
    readonly progress: Progress;
  },
): Promise<(experiment: ExperimentFromFile) => Promise<Explained>> {
  const { explainMeasured, explainOptions } = await import('../look/explain/explain.js');
  if (!measure) {
    return async (experiment) => ({ explanation: explainOptions(experiment, catalogue) });
  }
  const { isTrialFailure } = await import('../runner/explain-failure.js');
  const { openLaboratory } = await import('../look/inspection/open-laboratory.js');
  const laboratory = await openLaboratory({
    device,
    datasets: experiments.map(({ dataset }) => dataset),
    dataFolder: data,
    progress,
  });
  return async (experiment) => {
    try {
      return { explanation: await explainMeasured(experiment, catalogue, laboratory) };
    } catch (error) {
      if (!(error instanceof UserError && isTrialFailure(error))) throw error;
      return { explanation: explainOptions(experiment, catalogue), error };
    }
  };
}
