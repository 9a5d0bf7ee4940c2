import { renderNames } from '../../../text/quantities.js';
import { html } from '../html.js';
import type { Section } from '../section.js';

/** What the rules found, arm by arm. */
export const findingsSection: Section = {
  id: 'findings',
  title: 'Findings',
  async render({ arms, findings }) {
    if (arms.length === 0) return undefined;
    const lists = arms.flatMap(({ name }) => {
      const own = findings.filter(({ arm }) => arm === name);
      if (own.length === 0) return [];
      const items = own.map(({ rule, text }) => html`<li data-rule="${rule}">${text}</li>\n`);
      return [
        html`<div class="named"><h3>${name}</h3>\n<ul class="findings">\n${items}</ul></div>\n`,
      ];
    });
    const silent = arms.filter(({ name }) => !findings.some(({ arm }) => arm === name));
    const rest =
      silent.length > 0
        ? html`<p class="muted">No finding: ${renderNames(silent.map(({ name }) => name))}.</p>\n`
        : undefined;
    const means = arms.some(({ trials }) => trials.length > 1)
      ? ' Numbers are means over the seeds.'
      : '';
    return html`<p class="muted">Each finding is a rule with its numbers.${means}</p>
${lists}${rest}`;
  },
};
