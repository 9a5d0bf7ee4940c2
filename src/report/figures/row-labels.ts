import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import type { NamedOptions } from '../../experiment/experiment.js';
import { renderValue } from '../../experiment/sweep/key-path.js';
import { toPlainText } from '../../text/plain-text.js';
import type { FigureOptions, Layers } from './figure.js';

/** Room for a line of text and the marks below it. */
const rowHeight = 40;
/** From a row's middle up to its text and down to its marks, in pixels. */
const textOffset = -9;
export const markOffset = 8;

/** An arm in a chart that has one row an arm. */
export interface LabelledRow {
  /** Counted from 0. */
  readonly row: number;
  readonly name: string;
  /** The row's numbers. */
  readonly text: string;
}

/** Height of a chart with so many rows. */
export function heightOf(rows: number): number {
  return rows * rowHeight;
}

/** Place of a mark by its field `row`. */
export function createRowEncoding(rows: number) {
  const domain = Array.from({ length: rows }, (_, row) => row);
  return { field: 'row', type: 'ordinal', axis: null, scale: { domain } } as const;
}

/** The texts above the rows' marks: on the left the name, on the right the numbers. Any width has room for them. */
export function createRowLabels(
  rows: readonly LabelledRow[],
  { width, theme }: FigureOptions,
): Layers {
  const y = createRowEncoding(rows.length);
  const values = [...rows];
  const text = { type: 'text', baseline: 'middle', fontSize: 12, dy: textOffset } as const;
  return [
    {
      data: { values },
      mark: { ...text, align: 'left', color: theme.text, limit: width * 0.4 },
      encoding: { y, x: { value: 0 }, text: { field: 'name' } },
    },
    {
      data: { values },
      mark: { ...text, align: 'right', color: theme.muted, limit: width * 0.6 },
      encoding: { y, x: { value: width }, text: { field: 'text' } },
    },
  ];
}

/**
 * Returns what figures call arms: their names, but in a sweep over whole stages, models or optimisers these alone, such as
 * "random-rotation factor 0.1", where no two arms would be called the same.
 */
export function labelArms(arms: readonly TrainedArm[]): (arm: Pick<TrainedArm, 'name'>) => string {
  const labels = arms.map((arm) => [arm.name, renderSwept(arm) ?? arm.name] as const);
  const isTaken = (label: string) => labels.filter(([, other]) => other === label).length > 1;
  const labelOf = new Map(labels.filter(([, label]) => !isTaken(label)));
  return ({ name }) => labelOf.get(name) ?? name;
}

function renderSwept({ trials: [{ changes }] }: TrainedArm): string | undefined {
  if (changes.length === 0 || !changes.every(({ value }) => isNamed(value))) return undefined;
  return changes.map(({ value }) => renderSetting(value)).join(', ');
}

/** Renders what a key was set to: a stage, model or optimiser as "random-rotation factor 0.1". */
export function renderSetting(value: unknown): string {
  if (!isNamed(value)) return toPlainText(renderValue(value));
  const { name, ...options } = value as NamedOptions;
  const parts = Object.entries(options).map((entry) => entry.map(renderPart).join(' '));
  return toPlainText([name, ...parts].join(' '));
}

function renderPart(part: unknown): string {
  if (typeof part === 'string') return part;
  if (Array.isArray(part) && part.every(isNamed)) return part.map(({ name }) => name).join(' or ');
  return JSON.stringify(part);
}

function isNamed(value: unknown): value is { readonly name: string } {
  return (
    typeof value === 'object' && value !== null && typeof Reflect.get(value, 'name') === 'string'
  );
}
