import { renderChanges } from '../../../experiment/sweep/key-path.js';
import type { SearchRecord } from '../../../runner/store/search-file.js';
import { renderPercent } from '../../../text/quantities.js';
import { race } from '../../figures/race.js';
import { search } from '../../figures/search.js';
import { renderFigureHtml } from '../figure-html.js';
import { type Html, html } from '../html.js';
import type { Section } from '../section.js';
import { type Cell, renderFoldedTable } from '../table.js';

/** How a race or a search went that chose what was trained. */
export const searchSection: Section = {
  id: 'search',
  title: 'Race and search',
  async render(content) {
    const [raced, searched] = [
      await renderFigureHtml(race, content),
      await renderFigureHtml(search, content),
    ];
    if (!raced && !searched) return undefined;
    const tables = searched ? content.searches.map(renderTable) : [];
    return html`${raced && html`<h3>${race.title}</h3>\n${raced}`}${searched && html`<h3>${search.title}</h3>\n${searched}`}${tables}`;
  },
};

type Configuration = SearchRecord['configurations'][number];

/** All scores of a search: those that went furthest first. */
function renderTable({ experiment, configurations, ranking }: SearchRecord): Html {
  const rungCount = configurations[0]?.epochs.length ?? 0;
  const placeOf = ({ id }: Configuration) => (ranking?.indexOf(id) ?? -1) + 1 || Infinity;
  const scoreOf = ({ validationAccuracies: all }: Configuration) => all.length + (all.at(-1) ?? 0);
  const ordered = configurations.toSorted((a, b) => {
    const [first, second] = [placeOf(a), placeOf(b)];
    return first === second ? scoreOf(b) - scoreOf(a) : first - second;
  });
  const rungs = Array.from({ length: rungCount }, (_, rung) => rung);
  return renderFoldedTable({
    caption: `All configurations of ${experiment}, with their validation accuracy at each rung`,
    columns: [
      { title: 'configuration' },
      ...rungs.map((rung) => ({ title: `rung ${rung + 1}`, align: 'right' as const })),
      { title: 'state' },
    ],
    rows: ordered.map(({ changes, validationAccuracies, state }): Cell[] => [
      renderChanges(changes),
      ...rungs.map((rung) => ({ value: validationAccuracies[rung], render: renderPercent })),
      state,
    ]),
  });
}
