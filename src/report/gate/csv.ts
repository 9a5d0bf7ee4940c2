import type { ArmVerdict, GateComparison, GateReport } from '../../analysis/gate/gate-result.js';
import { renderCsvLine } from '../../text/csv-cell.js';
import { renderRemarks } from './cells.js';

/** Renders one line an experiment; accuracies and differences are 0..1. */
export function renderGateCsv({ comparisons }: GateReport): string {
  const lines = comparisons.flatMap((comparison) =>
    comparison.arms.map((arm) => renderCsvLine(Object.values(armCells(comparison, arm)))),
  );
  return [renderCsvLine(columns), ...lines].join('');
}

function armCells({ base, head }: Pick<GateComparison, 'base' | 'head'>, arm?: ArmVerdict) {
  const { comparison } = arm ?? {};
  return {
    base,
    head,
    experiment: arm?.arm,
    verdict: arm?.verdict,
    passes: arm?.passes,
    baseAccuracy: arm?.base?.meanAccuracy,
    baseDeviation: arm?.base?.standardDeviation,
    headAccuracy: arm?.head?.meanAccuracy,
    headDeviation: arm?.head?.standardDeviation,
    difference: comparison?.difference,
    lower: comparison?.interval?.lower,
    upper: comparison?.interval?.upper,
    level: comparison?.interval?.level,
    method: comparison?.method,
    count: comparison?.count,
    unit: comparison?.unit,
    pValue: comparison?.pValue,
    correctedPValue: arm?.correctedPValue,
    neededSeeds: arm?.neededSeeds,
    baseCorruptionAccuracy: arm?.corruptions?.before,
    headCorruptionAccuracy: arm?.corruptions?.after,
    corruptionDifference: arm?.corruptions?.difference,
    remarks: arm && [...renderRemarks(arm), ...arm.notes].join(' '),
  };
}

const columns = Object.keys(armCells({ base: '', head: '' }));
