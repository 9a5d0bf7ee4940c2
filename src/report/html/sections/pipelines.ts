import { html } from '../html.js';
import { renderPipelineSteps } from '../pipeline-steps.js';
import type { Section } from '../section.js';

/** What preprocessing makes of real images. */
export const pipelinesSection: Section = {
  id: 'pipelines',
  title: 'Pipelines',
  async render({ arms, evidence: { previews, missingPreviews } }) {
    if (arms.length === 0) return undefined;
    const notes = missingPreviews.map((note) => html`<p class="muted">${note}</p>\n`);
    const about =
      previews.size > 0
        ? html`<p class="muted">Training images after each stage, random stages with two draws side by side; stripes are values that cannot be shown. Histograms (square-root scale) are of a larger sample, the shown range shaded.</p>\n`
        : undefined;
    const pipelines = arms.map(({ name, trials: [{ summary }] }) => {
      const preview = previews.get(name);
      if (preview) return html`<h3>${name}</h3>\n${renderPipelineSteps(preview)}`;
      const { preprocessing } = summary;
      const stages = preprocessing === 'none' ? 'no preprocessing' : preprocessing;
      return html`<div class="named"><h3>${name}</h3>\n<p>${stages}</p></div>\n`;
    });
    return html`${notes}${about}${pipelines}`;
  },
};
