import type { TrainedArm } from '../../findings/arm.js';
import { type Html, html } from './html.js';

/** Says why a section is empty; nothing where nothing was trained. */
export function missingDiagnostics(arms: readonly TrainedArm[]): Html | undefined {
  if (arms.length === 0) return undefined;
  return html`<p class="muted">These results hold no diagnostics: they were switched off, or an earlier prep-lab made the results.</p>
`;
}
