import { readCorruptions } from '../../../analysis/comparison/compare-corruptions.js';
import type { TrainedArm } from '../../../analysis/findings/trained-arm.js';
import {
  type CorruptionResult,
  haveSameCorruptions,
} from '../../../results/corruption-accuracy.js';
import { computeMean } from '../../../statistics/mean.js';
import { renderPercent, renderPoints } from '../../../text/quantities.js';
import { deepShare } from '../../figures/confusion.js';
import { type Html, html } from '../html.js';
import type { Section } from '../section.js';

/** An arm whose trials all saw the same corrupted images. */
interface JudgedArm {
  readonly arm: TrainedArm;
  readonly results: readonly CorruptionResult[];
}

/** What corrupted test images take away, and which preprocessing helps against which corruption. */
export const corruptionsSection: Section = {
  id: 'corruptions',
  title: 'Corruptions',
  async render({ arms, control }) {
    const judged = arms.flatMap((arm): JudgedArm[] => {
      const results = readCorruptions(arm.trials);
      return results ? [{ arm, results }] : [];
    });
    const [first] = judged;
    if (!first) return undefined;
    const reference = judged.find(({ arm }) => arm.name === control);
    return html`<p class="muted">Accuracy in percent on corrupted test images (${describe(first)}), by corruption and severity; darker is better. Held-out corruptions are no part of the mean.</p>
<div class="matrices">
${judged.map(renderHeatMap)}</div>
${reference && judged.length > 1 ? renderHelp(reference, judged) : undefined}`;
  },
};

function describe({ results }: JudgedArm): string {
  const [first] = results as [CorruptionResult];
  return `${first.set}, ${first.imageCount.toLocaleString('en-US')} images each`;
}

function renderHeatMap({ arm, results }: JudgedArm): Html {
  const [first] = results as [CorruptionResult];
  const mean = renderPercent(computeMean(results.map(({ accuracy }) => accuracy)));
  const seeds = results.length > 1 ? `, mean over ${results.length} seeds` : '';
  const rows = first.kinds.map(({ name, isHeldOut }, kind) => {
    const cells = first.severities.map((_, index) =>
      renderCell(computeMean(results.map((each) => each.kinds[kind]?.accuracies[index] ?? 0))),
    );
    return html`<tr><th scope="row">${name}${isHeldOut ? ' (held out)' : ''}</th>${cells}</tr>\n`;
  });
  return html`<div class="scroll" role="region" aria-label="Corruptions of ${arm.name}" tabindex="0">
<table class="confusion"><caption>${arm.name}: ${mean}${seeds}</caption>
<thead><tr><th scope="col">corruption</th>${first.severities.map((severity) => html`<th scope="col">${severity}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}

function renderCell(accuracy: number): Html {
  const tone = accuracy < deepShare ? undefined : html` class="deep"`;
  return html`<td${tone} style="--share:${Number(accuracy.toFixed(2))}"><data value="${accuracy}">${(100 * accuracy).toFixed(0)}</data></td>`;
}

/** Of each corruption: what each arm gains over the control, the largest gain marked. */
function renderHelp(control: JudgedArm, judged: readonly JudgedArm[]): Html {
  const others = judged.filter(
    ({ arm, results }) =>
      arm !== control.arm &&
      haveSameCorruptions(results[0] as CorruptionResult, control.results[0] as CorruptionResult),
  );
  const rows = (control.results[0]?.kinds ?? []).map(({ name }, kind) => {
    const base = meanOfKind(control, kind);
    const gains = others.map((arm) => meanOfKind(arm, kind) - base);
    const most = Math.max(...gains);
    const cells = gains.map((gain) => {
      const text = renderPoints(gain);
      return gain === most && gain > 0
        ? html`<td class="number"><strong>${text}</strong></td>`
        : html`<td class="number">${text}</td>`;
    });
    return html`<tr><th scope="row">${name}</th><td class="number">${renderPercent(base)}</td>${cells}</tr>\n`;
  });
  return html`<div class="scroll" role="region" aria-label="What helps against which corruption" tabindex="0">
<table><caption>What helps: points gained over ${control.arm.name}, mean over severities and seeds; the largest gain of each corruption is bold.</caption>
<thead><tr><th scope="col">corruption</th><th scope="col">${control.arm.name}</th>${others.map(({ arm }) => html`<th scope="col">${arm.name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}

function meanOfKind({ results }: JudgedArm, kind: number): number {
  return computeMean(results.flatMap(({ kinds }) => kinds[kind]?.accuracies ?? []));
}
