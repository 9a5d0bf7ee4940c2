import { html, renderPicture } from '../html.js';
import type { Section } from '../section.js';

/** What preprocessing makes of real images. */
export const pipelinesSection: Section = {
  id: 'pipelines',
  title: 'Pipelines',
  async render({ arms, evidence: { previews, missingPreviews } }) {
    if (arms.length === 0) return undefined;
    const notes = missingPreviews.map((note) => html`<p class="muted">${note}</p>\n`);
    const sheets = arms.map(({ name, trials: [{ summary }] }) => {
      const picture = previews.get(name);
      const sheet =
        picture &&
        html`<div class="scroll" role="region" aria-label="Images of ${name}" tabindex="0">${renderPicture(picture, 'sheet')}</div>\n`;
      return html`<h3>${name}</h3>\n<p>${summary.preprocessing}</p>\n${sheet}`;
    });
    return html`${notes}${sheets}`;
  },
};
