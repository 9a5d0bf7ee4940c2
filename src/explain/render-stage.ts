import type { PlacedDraw } from '../inspection/extreme-draws.js';
import { renderRange } from '../inspection/range-walk.js';
import { renderShare, renderValue } from '../inspection/render-number.js';
import { toPlainText } from '../report/plain-text.js';
import type { Fitted, ImageShape } from '../stages/stage.js';
import type { ExplainedStage, StageMeasurement } from './explanation.js';

/** More numbers than this say nothing in a line. */
const mostFitted = 8;

/** Renders one stage: what it computes, its ranges, and what was measured. */
export function renderStage(stage: ExplainedStage): string {
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
  const range = `${renderValue(low)} to ${renderValue(high)}`;
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
      : `${name} ${numbers.map(renderValue).join(' ')}`,
  );
  return parts.length > 0 ? [`learned: ${parts.join(', ')}`] : [];
}

/** Output pixel (x, y) reads the input at this column and row. */
function renderMap({ values, rows }: PlacedDraw): string {
  const draws = Object.entries(values).map(([name, value]) => `${name} ${renderValue(value)}`);
  const [column, row] = rows.map((entries) => entries.map(renderEntry).join(' '));
  return `${draws.join(', ')}: column [${column}], row [${row}] times (x, y, 1)`;
}

/** Rounding of float32 is not worth a digit. */
function renderEntry(value: number): string {
  return String(Number(value.toFixed(4)) + 0);
}
