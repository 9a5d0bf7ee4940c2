import { renderBfloat16Units } from '../../engine/processor.js';
import type { Fitted, ImageShape } from '../../stages/stage.js';
import { type Paint, plainPaint } from '../../text/paint.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderCountOf, renderNumber, renderRange, renderShare } from '../../text/quantities.js';
import { wrapText } from '../../text/wrap.js';
import type { Advice } from '../checks/check.js';
import type { PlacedDraw } from '../inspection/extreme-draws.js';
import { renderRecipe } from './explain-recipe.js';
import type {
  ExplainedLayer,
  ExplainedModel,
  ExplainedStage,
  Explanation,
  StageMeasurement,
  TrainingTime,
} from './explanation.js';

/** A terminal's width that a text can count on. */
const width = 100;

/** Renders what the checks say, each with its fix as JSON to paste. */
export function renderAdvice(advice: readonly Advice[], paint: Paint = plainPaint): string {
  if (advice.length === 0) return 'No warnings.\n';
  const blocks = advice.map(({ severity, check, text, fix }) => {
    const label = severity === 'warning' ? 'Warning' : 'Hint';
    const [first = '', ...more] = wrapText(toPlainText(`${label} (${check}): ${text}`), width);
    const tone = severity === 'warning' ? 'warning' : 'strong';
    const said = [paint(tone, label) + first.slice(label.length), ...more].map(endLine);
    if (!fix) return said.join('');
    return [...said, endLine(`Fix: write ${fix.path} as`), endLine(renderJson(fix.value))].join('');
  });
  return blocks.join('\n');
}

/** Says how many warnings and hints there are. */
export function countAdvice(advice: readonly Advice[]): { warnings: number; hints: number } {
  const warnings = advice.filter(({ severity }) => severity === 'warning').length;
  return { warnings, hints: advice.length - warnings };
}

/** Stages one a line, so that a long pipeline can be read; JSON takes care of control characters. */
function renderJson(value: unknown): string {
  if (!Array.isArray(value)) return `  ${JSON.stringify(value)}`;
  const items = value.map((item) => `    ${JSON.stringify(item)}`);
  return items.length === 0 ? '  []' : `  [\n${items.join(',\n')}\n  ]`;
}

function endLine(line: string): string {
  return `${line}\n`;
}

/** Renders a model as a table: a line a layer, and the sums. */
function renderModel({ summary, layers, parameters, multiplyAdds }: ExplainedModel): string {
  const rows = [
    ['layer', 'output', 'parameters', 'multiply-adds'],
    ...layers.map((layer) => [
      renderLayer(layer),
      layer.outputShape.map((size) => size ?? '?').join(' x '),
      renderCount(layer.parameters),
      renderCount(layer.multiplyAdds),
    ]),
    ['all', '', renderCount(parameters), renderCount(multiplyAdds)],
  ];
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths?.[column] ?? 0;
      return column < 2 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('  ')}\n`;
  });
  return `Model ${summary}, for one image forwards\n${lines.join('')}`;
}

/** Names that count a kind of layer say it already; what has no weights needs no name. */
function renderLayer({ kind, name, parameters }: ExplainedLayer): string {
  if (/^[a-z0-9-]+_\d+$/.test(name)) return parameters > 0 ? name : kind;
  return `${kind} ${name}`;
}

function renderCount(count: number): string {
  return count === 0 ? '-' : count.toLocaleString('en-US');
}

/** More numbers than this say nothing in a line. */
const mostFitted = 8;

/** Renders one stage: what it computes, its ranges, and what was measured. */
function renderStage(stage: ExplainedStage): string {
  const { index, summary, formula, measured } = stage;
  const lines = [
    ...(formula === undefined ? [] : [toPlainText(formula)]),
    renderConditions(stage),
    ...(measured ? renderMeasurement(measured) : []),
  ];
  const details = lines.map((line) => `      ${line}\n`).join('');
  return `  [${index}] ${toPlainText(summary)}\n${details}`;
}

function renderConditions(stage: ExplainedStage): string {
  const { when, receives, gives, expects, inputShape, outputShape } = stage;
  const made = expects ? ` (made for ${renderRange(expects)})` : '';
  const shape = renderShape(outputShape);
  const resized =
    renderShape(inputShape) === shape ? '' : `; ${renderShape(inputShape)} -> ${shape}`;
  const images = when === 'train' ? 'training images only' : 'all images';
  return `${images}; values ${renderRange(receives)}${made} -> ${renderRange(gives)}${resized}`;
}

function renderShape({ height, width, channels }: ImageShape): string {
  return `${height} x ${width} x ${channels}`;
}

function renderMeasurement(measured: StageMeasurement): string[] {
  const { fitted, extremeMaps, values, microsecondsPerImage, imageCount } = measured;
  const { saturatedShare, constantShare } = measured;
  const low = Math.min(...values.channels.map(({ min }) => min));
  const high = Math.max(...values.channels.map(({ max }) => max));
  const outside = values.aboveShare + values.belowShare;
  const shares = [
    ...(outside > 0 ? [`${renderShare(outside)} outside of the test images' range`] : []),
    ...(saturatedShare > 0 ? [`${renderShare(saturatedShare)} at an end`] : []),
    ...(constantShare > 0 ? [`${renderShare(constantShare)} of the images one colour`] : []),
    ...(values.notFiniteShare > 0 ? [`${renderShare(values.notFiniteShare)} not a number`] : []),
  ];
  const range = `${renderNumber(low)} to ${renderNumber(high)}`;
  return [
    ...renderFitted(fitted),
    ...extremeMaps.map(renderMap),
    `measured on ${imageCount} training images: ${[range, ...shares].join(', ')}`,
    `costs ${Number(microsecondsPerImage.toPrecision(2))} µs an image`,
  ];
}

function renderFitted(fitted: Fitted): string[] {
  const parts = Object.entries(fitted).map(([name, numbers]) =>
    numbers.length > mostFitted
      ? `${name} of ${numbers.length} numbers`
      : `${name} ${numbers.map(renderNumber).join(' ')}`,
  );
  return parts.length > 0 ? [`learned: ${parts.join(', ')}`] : [];
}

/** Output pixel (x, y) reads the input at this column and row. */
function renderMap({ values, rows }: PlacedDraw): string {
  const draws = Object.entries(values).map(([name, value]) => `${name} ${renderNumber(value)}`);
  const [column, row] = rows.map((entries) => entries.map(renderEntry).join(' '));
  return `${draws.join(', ')}: column [${column}], row [${row}] times (x, y, 1)`;
}

/** Rounding of float32 is not worth a digit. */
function renderEntry(value: number): string {
  return String(Number(value.toFixed(4)) + 0);
}

/** Renders the estimate and what it rests on. */
function renderTime(time: TrainingTime): string {
  const { secondsPerStep, batchSize, stepsPerEpoch, measuredSteps, evaluationSeconds } = time;
  const step = `${renderNumber(secondsPerStep * 1000)} ms a step of ${batchSize} images`;
  const steps = `${stepsPerEpoch.toLocaleString('en-US')} steps an epoch`;
  const precisions = Object.entries(time.secondsByPrecision).map(
    ([precision, seconds]) => `${precision} ${renderNumber(seconds * 1000)} ms a step`,
  );
  const units = time.bfloat16Units;
  const processor = units ? `; this processor has ${renderBfloat16Units(units)}` : '';
  const epochs = renderCountOf(time.epochs, 'epoch');
  return [
    `Time on this machine: about ${renderDuration(time.totalSeconds)} for ${epochs}\n`,
    `  ${step}, ${steps}, ${renderDuration(evaluationSeconds)} to judge an epoch\n`,
    `  ${precisions.join(', ')}${processor}\n`,
    time.views > 0
      ? `  at the end ${time.views} views of each test image, about ${renderDuration(time.views * evaluationSeconds)} more\n`
      : '',
    `  measured over ${renderCountOf(measuredSteps, 'real step')} on ${time.device}; other work on the machine makes it longer\n`,
  ].join('');
}

function renderDuration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  return minutes < 120 ? `${Math.round(minutes)} min` : `${Number((minutes / 60).toFixed(1))} h`;
}

/** Renders an explanation for a terminal. */
export function renderExplanation(explanation: Explanation, paint: Paint = plainPaint): string {
  const { file, name, stages, model, recipe, time, advice } = explanation;
  const blocks = [
    `${toPlainText(file)}: ${name}\n`,
    stages.length > 0
      ? `Stages, on images of values 0 to 255\n${stages.map(renderStage).join('')}`
      : 'No stages: values 0 to 255 go into the network as they are.\n',
    ...(model ? [renderModel(model)] : []),
    ...(recipe ? [renderRecipe(recipe)] : []),
    ...(time ? [renderTime(time)] : []),
    ...(model ? [] : ['Without measuring: no model, no times, and only the checks of options.\n']),
    renderAdvice(advice, paint),
  ];
  return blocks.join('\n');
}

/** Renders explanations for scripts. What is not finite becomes null. */
export function renderExplanationsJson(explanations: readonly Explanation[]): string {
  return `${JSON.stringify({ version: 1, experiments: explanations }, null, 2)}\n`;
}
