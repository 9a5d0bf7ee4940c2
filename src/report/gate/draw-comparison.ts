import type { ArmVerdict, GateComparison, GateReport } from '../../analysis/gate/gate-result.js';
import { toPlainText } from '../../text/plain-text.js';
import { renderCount, renderPoints } from '../../text/quantities.js';
import { createDifferenceMarks, type DifferenceRow, kindOf } from '../figures/differences.js';
import { encodeFigure, type FigureFile } from '../figures/draw-figure.js';
import type { Panel } from '../figures/figure.js';
import { renderFigure } from '../figures/render-svg.js';
import { createRowLabels, heightOf } from '../figures/row-labels.js';
import { paperTheme } from '../figures/theme.js';

/** More rows nobody reads in a comment. */
const mostRows = 40;

const width = 560;

/**
 * Draws how much each experiment differs from its base, with its interval, those that fail first; nothing where nothing
 * could be compared.
 */
export async function drawComparison(
  { comparisons, rules }: GateReport,
  file: FigureFile,
): Promise<string | Uint8Array | undefined> {
  const panels = comparisons.flatMap((comparison) => createPanel(comparison) ?? []);
  if (panels.length === 0) return undefined;
  const level = Number((100 * (1 - rules.alpha)).toPrecision(4));
  const most = Math.max(...comparisons.map(({ arms }) => arms.filter(isCompared).length));
  const cut = most > mostRows ? ` The first ${mostRows} of ${renderCount(most)}.` : '';
  const figure = {
    title: 'Difference from the base',
    caption: `Test accuracy minus that of the base, in points, with its ${level} % interval; those that fail first.${cut}`,
    layout: panels.length > 1 ? 'panels' : 'rows',
  } as const;
  return encodeFigure(await renderFigure(figure, panels, paperTheme), file);
}

function createPanel({ base, head, arms }: GateComparison): Panel | undefined {
  const compared = arms.filter(isCompared);
  const failingFirst = [
    ...compared.filter(({ passes }) => !passes),
    ...compared.filter(({ passes }) => passes),
  ];
  const rows = failingFirst.slice(0, mostRows).map(createRow);
  if (rows.length === 0) return undefined;
  const options = { theme: paperTheme, width };
  return {
    title: `${toPlainText(head)} against ${toPlainText(base)}`,
    description: rows.map(({ name, text }) => `${name} ${text}`).join('; '),
    width,
    height: heightOf(rows.length),
    layers: [...createRowLabels(rows, options), ...createDifferenceMarks(rows, options)],
  };
}

type ComparedArm = ArmVerdict & Required<Pick<ArmVerdict, 'comparison'>>;

function isCompared(arm: ArmVerdict): arm is ComparedArm {
  return arm.comparison !== undefined;
}

function createRow({ arm, verdict, comparison }: ComparedArm, row: number): DifferenceRow {
  const { difference, interval } = comparison;
  const range = interval
    ? ` (${renderPoints(interval.lower)} to ${renderPoints(interval.upper)})`
    : '';
  return {
    row,
    name: toPlainText(arm),
    text: `${renderPoints(difference)}${range}, ${verdict}`,
    kind: kindOf(verdict),
    difference: 100 * difference,
    ...(interval && { low: 100 * interval.lower, high: 100 * interval.upper }),
  };
}
