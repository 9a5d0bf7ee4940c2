import { renderValue } from '../../../experiment/sweep/key-path.js';
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
  const paths = [
    ...new Set(configurations.flatMap(({ changes }) => changes.map(({ path }) => path))),
  ];
  const epochs = configurations[0]?.epochs ?? [];
  const place = ({ id }: Configuration) => ranking?.indexOf(id) ?? -1;
  const scored = ({ validationAccuracies: { length } }: Configuration) => length;
  const last = (one: Configuration) => one.validationAccuracies.at(-1) ?? 0;
  const isRanked = (one: Configuration) => place(one) >= 0;
  const ordered = configurations.toSorted((a, b) =>
    isRanked(a) && isRanked(b)
      ? place(a) - place(b)
      : Number(isRanked(b)) - Number(isRanked(a)) || scored(b) - scored(a) || last(b) - last(a),
  );
  return renderFoldedTable({
    caption: `All configurations of ${experiment}: validation accuracy at the rungs`,
    columns: [
      ...paths.map((title) => ({ title })),
      ...epochs.map((epoch) => ({ title: `epoch ${epoch}`, align: 'right' as const })),
      { title: '' },
    ],
    rows: ordered.map((one): Cell[] => [
      ...paths.map((path) =>
        renderValue(one.changes.find((change) => change.path === path)?.value),
      ),
      ...epochs.map((_, rung) => ({
        value: one.validationAccuracies[rung],
        render: renderPercent,
      })),
      one.state,
    ]),
  });
}
