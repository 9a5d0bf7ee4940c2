import type { GateReport } from '../../analysis/gate/gate-result.js';

/** Renders a comparison with all its numbers; accuracies and differences are 0..1. */
export function renderGateJson(report: GateReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
