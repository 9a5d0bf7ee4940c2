import { renderCount, renderPercent } from '../../../text/quantities.js';
import type { ConfusedPair, Mistakes } from '../evidence.js';
import { type Html, html, renderPicture } from '../html.js';
import type { Section } from '../section.js';

/** Test images that are taken for something else. */
export const mistakesSection: Section = {
  id: 'mistakes',
  title: 'Misclassified images',
  async render({ arms, evidence: { mistakes, missingMistakes } }) {
    if (arms.length === 0) return undefined;
    const notes = missingMistakes.map((note) => html`<p class="muted">${note}</p>\n`);
    const lists = arms.flatMap(({ name }) => {
      const own = mistakes.get(name);
      return own ? [renderMistakes(name, own)] : [];
    });
    const about =
      lists.length > 0
        ? html`<p class="muted">The most frequent mistakes of one seed, each with its first images in the order of the test set: none was picked.</p>\n`
        : undefined;
    return html`${notes}${about}${lists}`;
  },
};

function renderMistakes(name: string, { seed, wrongCount, testCount, pairs }: Mistakes): Html {
  const share = renderPercent(wrongCount / testCount);
  return html`<h3>${name}</h3>
<p>Seed ${seed}: <data value="${wrongCount}">${renderCount(wrongCount)}</data> of ${renderCount(testCount)} test images wrong (${share}).</p>
<ul class="pairs">
${pairs.map(renderPair)}</ul>
`;
}

function renderPair({ truth, predicted, count, examples }: ConfusedPair): Html {
  const images = examples.map((example) => renderPicture(example, 'example'));
  return html`<li>${truth} taken for ${predicted}: <data value="${count}">${renderCount(count)}</data><br>${images}</li>
`;
}
