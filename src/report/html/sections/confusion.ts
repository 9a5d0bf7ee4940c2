import type { TrainedArm } from '../../../analysis/findings/trained-arm.js';
import { factsOf, nameClass } from '../../../datasets/facts.js';
import { deepShare, meanConfusion, mostNumbered } from '../../figures/confusion.js';
import { type Html, html } from '../html.js';
import type { Section } from '../section.js';
import { missingDiagnostics } from '../section.js';

/** Shares whose colours explain the others. */
const scaleSteps = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Which classes are taken for which. */
export const confusionSection: Section = {
  id: 'confusion',
  title: 'Confusion',
  async render({ arms }) {
    const tables = arms.flatMap((arm) => {
      const counts = meanConfusion(arm);
      return counts ? [renderMatrix(arm, counts)] : [];
    });
    if (tables.length === 0) return missingDiagnostics(arms);
    return html`<p class="muted">Test images by true class (rows) and predicted class (columns), in percent of the true class.</p>
<p class="scale muted" aria-hidden="true">0 % ${scaleSteps.map((share) => html`<span style="--share:${share}"></span>`)}&ensp;100 %</p>
<div class="matrices">
${tables}</div>
`;
  },
};

function renderMatrix({ name, trials }: TrainedArm, counts: readonly (readonly number[])[]): Html {
  const caption = trials.length > 1 ? `${name}, mean over ${trials.length} seeds` : name;
  const facts = factsOf(trials[0].experiment.dataset);
  const isDense = facts.classNames.length > mostNumbered;
  const head = facts.classNames.map(renderColumnName);
  const rows = counts.map((row, truth) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    const name = nameClass(facts, truth);
    const cells = row.map((count, predicted) =>
      renderCell({
        count,
        share: all > 0 ? count / all : 0,
        title: isDense && count > 0 ? `${name}, taken for ${nameClass(facts, predicted)}` : '',
      }),
    );
    return html`<tr><th scope="row">${name}</th>${cells}</tr>\n`;
  });
  return html`<div class="scroll${isDense ? ' dense' : ''}" role="region" aria-label="Confusion of ${name}" tabindex="0">
<table class="confusion"><caption>${caption}</caption>
<thead><tr><th scope="col">true class</th>${head}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}

/** More would make the head of the table higher than the table; before its row a name stands whole. */
const mostCharacters = 24;

function renderColumnName(name: string): Html {
  const characters = [...name];
  if (characters.length <= mostCharacters) return html`<th scope="col">${name}</th>`;
  const start = characters.slice(0, mostCharacters - 1).join('');
  return html`<th scope="col" title="${name}">${start}…</th>`;
}

function renderCell({
  count,
  share,
  title,
}: {
  readonly count: number;
  readonly share: number;
  readonly title: string;
}): Html {
  const tone = share < deepShare ? undefined : html` class="deep"`;
  const text = count === 0 ? '' : (100 * share).toFixed(0);
  const hover = title === '' ? undefined : html` title="${title}: ${text} %"`;
  return html`<td${tone}${hover} style="--share:${Number(share.toFixed(2))}"><data value="${count}">${text}</data></td>`;
}
