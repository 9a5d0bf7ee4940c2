import { learningCurves } from '../../figures/learning-curves.js';
import { lossCurves } from '../../figures/loss-curves.js';
import { renderFigureHtml } from '../figure-html.js';
import { html } from '../html.js';
import type { Section } from '../section.js';

/** How training went, epoch by epoch. */
export const curvesSection: Section = {
  id: 'learning',
  title: 'Learning curves',
  async render(content) {
    const accuracies = await renderFigureHtml(learningCurves, content);
    const losses = await renderFigureHtml(lossCurves, content);
    if (!accuracies && !losses) return undefined;
    return html`<h3>Accuracy</h3>\n${accuracies}<h3>Loss</h3>\n${losses}`;
  },
};
