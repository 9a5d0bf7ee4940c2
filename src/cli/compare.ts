import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type AllowName,
  type ArmVerdict,
  allowNames,
  type GateReport,
  type GateRules,
  type GateVerdict,
} from '../analysis/gate/gate-result.js';
import { gateFormats } from '../report/gate/list.js';
import { choosePaint } from '../text/paint.js';
import { exitCodes, UserError } from '../user-error.js';
import { requireOutputs, resultsAsInput } from './outputs.js';
import { printNote } from './print-note.js';
import { createJsonOption, createStrictOption } from './shared-options.js';

/** Parses "0.5pp" into a share of 1. */
function parsePoints(text: string): number {
  const points = /^(\d+(?:\.\d+)?)pp$/.exec(text)?.[1];
  if (points === undefined || Number(points) > 100) {
    throw new InvalidArgumentError('expected percentage points, such as 1pp or 0.5pp.');
  }
  return Number(points) / 100;
}

/** Parses a probability. */
function parseAlpha(text: string): number {
  const alpha = Number(text);
  if (!/^\d*\.?\d+(?:e-?\d+)?$/.test(text) || alpha <= 0 || alpha >= 1) {
    throw new InvalidArgumentError('expected a number between 0 and 1, such as 0.05.');
  }
  return alpha;
}

/** Adds the names in a list with commas to those before. */
function parseAllow(text: string, before: readonly AllowName[]): readonly AllowName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !isAllowName(name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`expected one or more of ${allowNames.join(', ')}.`);
  }
  return [...new Set([...before, ...names.filter(isAllowName)])];
}

function isAllowName(name: string): name is AllowName {
  return (allowNames as readonly string[]).includes(name);
}

const help = `
A difference counts if it is both large (--threshold) and significant (--alpha); docs/comparing.md tells how it is
tested. Whatever cannot be told fails: an experiment, a seed or a trial that is missing, other data, other epochs, a
drop that is too large for chance and has too few seeds to be sure of.
--allow names what may differ or be missing: ${allowNames.join(', ')}.
Thresholds in the experiments' files are checked too.

Exit codes: 0 passes, 3 fails, 2 unusable input.

Examples:
  $ prep-lab compare base/results.json results                          a verdict for each experiment
  $ prep-lab compare base results --threshold 0.5pp --allow new         smaller differences count
  $ prep-lab compare base results --format markdown --summary           a comment, also for GitHub's summary
  $ prep-lab compare base results --format junit > compare.xml          for a CI system`;

interface CompareFlags {
  readonly threshold: number;
  readonly alpha: number;
  readonly correction: GateRules['correction'];
  readonly allow: readonly AllowName[];
  readonly strict?: boolean;
  readonly format: string;
  readonly figure?: string;
  readonly summary?: boolean;
  readonly json?: boolean;
}

/** Returns the command that compares results and fails where they became worse. */
export function createCompareCommand(): Command {
  return new Command('compare')
    .summary('compare results, and fail where they became worse')
    .description(
      'Compare results with those of a base, experiment by experiment: old, new, difference in points with its interval, n and a verdict. Trains nothing.',
    )
    .argument('<base>', 'results.json or results folder to compare with')
    .argument('<heads...>', 'one or more results to compare')
    .addOption(
      new Option('--threshold <points>', 'smallest difference that counts, such as 0.5pp')
        .argParser(parsePoints)
        .default(0.01, '1pp'),
    )
    .addOption(
      new Option('--alpha <probability>', 'probability of a false alarm in one comparison')
        .argParser(parseAlpha)
        .default(0.05),
    )
    .addOption(
      new Option(
        '--correction <method>',
        'holm: all experiments share alpha; none: each has its own',
      )
        .choices(['holm', 'none'])
        .default('holm'),
    )
    .addOption(
      new Option('--allow <name[,name...]>', 'let this differ or be missing; repeatable')
        .argParser(parseAllow)
        .default([], 'nothing'),
    )
    .addOption(createStrictOption('whatever differs between both sides and is not allowed'))
    .addOption(
      new Option('--format <format>', 'what to print')
        .choices(gateFormats.map(({ name }) => name))
        .default('table'),
    )
    .option(
      '--figure <file>',
      'also draw the differences with their intervals: an .svg or .png file',
    )
    .addOption(createJsonOption().conflicts('format'))
    .option('--summary', 'also append Markdown to the file that $GITHUB_STEP_SUMMARY names')
    .addHelpText('after', help)
    .action(runCompare);
}

async function runCompare(
  base: string,
  heads: readonly string[],
  flags: CompareFlags,
): Promise<void> {
  const summary = flags.summary ? requireSummaryFile() : undefined;
  const figure = flags.figure === undefined ? undefined : parseFigureFile(flags.figure);
  await requireOutputs({
    inputs: await Promise.all([base, ...heads].map((path) => resultsAsInput(path))),
    outputs: [
      ...(summary === undefined ? [] : [{ name: '--summary', path: summary }]),
      ...(figure === undefined ? [] : [{ name: '--figure', path: figure.path }]),
    ],
    results: [base, ...heads],
  });
  const { readResults } = await import('../results/read-results.js');
  const { compareResults } = await import('../analysis/gate/compare-results.js');
  const named = [];
  for (const name of [base, ...heads]) named.push({ name, results: await readResults(name) });
  const [first, ...rest] = named as [(typeof named)[number], ...typeof named];
  const { threshold, alpha, correction, allow, strict = false } = flags;
  const rules: GateRules = { threshold, alpha, correction, allow, isStrict: strict };
  const report = compareResults(first, rest, rules);
  const format = flags.json ? 'json' : flags.format;
  const { columns = Number.POSITIVE_INFINITY } = process.stdout;
  const render = await gateFormats.find(({ name }) => name === format)?.load();
  process.stdout.write(
    render?.(report, { paint: choosePaint(process.stdout), width: columns }) ?? '',
  );
  if (summary !== undefined) {
    const { renderGateMarkdown } = await import('../report/gate/markdown.js');
    const { appendToOutput } = await import('../storage/output-file.js');
    await appendToOutput(summary, renderGateMarkdown(report));
  }
  if (figure !== undefined) await writeFigure(report, figure);
  if (!report.passes) throw failed(report.comparisons.flatMap(({ arms }) => arms));
}

interface FigureOutput {
  readonly path: string;
  readonly format: 'svg' | 'png';
}

function parseFigureFile(path: string): FigureOutput {
  const format = (['svg', 'png'] as const).find((each) => path.endsWith(`.${each}`));
  if (format) return { path, format };
  throw new UserError(`The file of --figure must end in .svg or .png, received "${path}".`, {
    hint: 'for example --figure differences.png.',
  });
}

async function writeFigure(report: GateReport, { path, format }: FigureOutput): Promise<void> {
  const { drawComparison } = await import('../report/gate/draw-comparison.js');
  const { writeOutput } = await import('../storage/output-file.js');
  const content = await drawComparison(report, { format, zoom: 2 });
  if (content !== undefined) await writeOutput(path, content);
  else printNote('There is no figure: nothing could be compared.');
}

function requireSummaryFile(): string {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file) return file;
  throw new UserError('--summary needs GITHUB_STEP_SUMMARY to name a file.', {
    hint: 'GitHub sets it in each step; elsewhere, write GITHUB_STEP_SUMMARY=summary.md before the command.',
  });
}

function failed(arms: readonly ArmVerdict[]): UserError {
  const failing = arms.filter(({ passes }) => !passes);
  const count = (wanted: GateVerdict) => failing.filter(({ verdict }) => verdict === wanted).length;
  const broken = failing.filter(({ thresholds }) =>
    thresholds.some(({ passes }) => !passes),
  ).length;
  const counts = [
    [count('worse'), 'worse'],
    [count('too few'), 'too few to tell'],
    [count('not comparable'), 'not comparable'],
    [broken, 'beyond a threshold'],
  ] as const;
  const parts = counts.flatMap(([number, what]) => (number > 0 ? [`${number} ${what}`] : []));
  const text = parts.length > 0 ? parts.join(', ') : 'nothing could be compared';
  return new UserError(`The comparison fails: ${text}; ${arms.length} in all.`, {
    hint:
      count('too few') > 0
        ? 'the output says why, and how many seeds would do; --allow names what may differ.'
        : 'the output says why; --allow names what may differ.',
    exitCode: exitCodes.comparisonFailed,
  });
}
