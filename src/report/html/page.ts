import { computeFindings } from '../../analysis/findings/compute-findings.js';
import { selectShownArms } from '../../analysis/findings/shown-arms.js';
import type { Results } from '../../results/result.js';
import type { SearchRecord } from '../../runner/store/search-file.js';
import { renderCount, renderCountOf } from '../../text/quantities.js';
import { renderSummary } from '../summary.js';
import { renderOnData } from '../title.js';
import { renderDocument } from './document.js';
import { type Evidence, noEvidence } from './evidence.js';
import { type Html, html } from './html.js';
import type { ReportContent, Section } from './section.js';
import { sections } from './sections/list.js';

export interface ReportOptions {
  /** The experiment that the others are compared with; without it the one whose file has the role "control". */
  readonly control?: string | undefined;
  readonly evidence?: Evidence;
  /** What the folder's searches have found: search.json. */
  readonly searches?: readonly SearchRecord[];
}

/** Renders results as a page that needs no other file. */
export async function renderReport(results: Results, options: ReportOptions = {}): Promise<string> {
  const { arms, control, note } = selectShownArms(results, options.control);
  const { evidence = noEvidence('No pictures were looked up.'), searches = [] } = options;
  const content: ReportContent = {
    results,
    arms,
    findings: computeFindings(results),
    evidence,
    searches,
    ...(control !== undefined && { control }),
  };
  const shown: { readonly section: Section; readonly body: Html }[] = [];
  // One after the other: a chart being drawn takes megabytes.
  for (const section of sections) {
    const body = await section.render(content);
    if (body) shown.push({ section, body });
  }
  const title = renderTitle(results);
  const body = html`<a class="skip" href="#main">Skip to the results</a>
<header>
<h1>${title}</h1>
<p class="muted">${renderSubtitle(results)}</p>
${note && html`<p>${note} The tables say where they are cut; "prep-lab table" and its exports have everything.</p>\n`}<div class="summary">
${renderSummary(results, content.findings, control).map((sentence) => html`<p>${keepTogether(sentence)}</p>\n`)}</div>
</header>
<nav aria-label="Sections"><ul>
${shown.map(({ section: { id, title: name } }) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ul></nav>
<main id="main">
${shown.map(renderSection)}</main>
<footer class="muted"><p>Made by prep-lab from results.json. The file needs no network and loads nothing.</p></footer>
`;
  return renderDocument({ title, body });
}

function renderSection({
  section,
  body,
}: {
  readonly section: Section;
  readonly body: Html;
}): Html {
  const { id, title } = section;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}</section>
`;
}

/** A number must not be parted from its unit or its spread. */
function keepTogether(text: string): string {
  return text.replace(/(?<=\d) (?=[±%])|(?<=±) /g, '\u00a0');
}

function renderTitle({ trials }: Results): string {
  const count = new Set(trials.map(({ experiment }) => experiment.name)).size;
  return `${renderCountOf(count, 'experiment')}${renderOnData(trials)}`;
}

function renderSubtitle({ trials }: Results): string {
  if (trials.length === 0) return 'The results hold no trial yet.';
  const failed = trials.filter(({ status }) => status === 'failed').length;
  const seeds = [...new Set(trials.map(({ seed }) => seed))].sort((a, b) => a - b);
  const times = trials.map(({ startedAt }) => startedAt).sort();
  const devices = [...new Set(trials.map(({ environment }) => environment.deviceName))];
  const parts = [
    `${renderCountOf(trials.length, 'trial')}${failed > 0 ? `, ${renderCount(failed)} failed` : ''}`,
    seeds.length > 1 ? `seeds ${seeds.join(', ')}` : `seed ${seeds[0]}`,
    `begun ${times[0]?.slice(0, 10)}`,
    devices.join(', '),
  ];
  return parts.join(' · ');
}
