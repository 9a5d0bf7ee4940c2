import type { TrialResult } from '../../../results/result.js';
import { renderDuration } from '../../../text/quantities.js';
import { type Html, html } from '../html.js';
import type { Section } from '../section.js';
import { type Cell, renderHtmlTable } from '../table.js';

/** What the numbers were made with: what all trials share once, the rest trial by trial. */
export const provenanceSection: Section = {
  id: 'provenance',
  title: 'Provenance',
  async render({ results: { trials } }) {
    const [first] = trials;
    if (!first) return undefined;
    const shared = facts.filter(({ read }) => trials.every((each) => read(each) === read(first)));
    const differing = facts.filter((fact) => !shared.includes(fact));
    const table = renderHtmlTable({
      caption: 'What each trial was made with',
      columns: [{ title: 'trial' }, ...differing, { title: 'duration', align: 'right' }],
      rows: trials.map((trial): Cell[] => [
        trial.id,
        ...differing.map((fact) => renderFact(fact, trial)),
        { value: trial.durationSeconds, render: renderDuration },
      ]),
    });
    const terms = shared.map(
      (fact) => html`<dt>${fact.title}</dt><dd>${renderFact(fact, first)}</dd>\n`,
    );
    return html`<dl class="facts">\n${terms}${renderHashes(trials)}</dl>\n${table}`;
  },
};

interface Fact {
  readonly title: string;
  readonly align?: 'right';
  /** Whether it is text of a machine. */
  readonly isCode?: boolean;
  read(trial: TrialResult): string;
}

const facts: readonly Fact[] = [
  { title: 'prep-lab', read: ({ environment }) => environment.prepLab },
  { title: 'TensorFlow', read: ({ environment }) => environment.tensorflow },
  { title: 'Node', read: ({ environment }) => environment.node },
  { title: 'platform', read: ({ environment }) => environment.platform },
  { title: 'device', read: renderDevice },
  { title: 'threads', align: 'right', read: ({ environment }) => String(environment.threads) },
  { title: 'precision', read: ({ environment }) => environment.precision },
  { title: 'execution', read: ({ environment }) => environment.execution },
  { title: 'kernels', read: ({ environment }) => environment.kernels ?? '-' },
  { title: 'begun', read: ({ startedAt }) => `${startedAt.slice(0, 16).replace('T', ' ')} UTC` },
  {
    title: 'continued',
    align: 'right',
    read: ({ resumeCount }) => (resumeCount > 0 ? `${resumeCount} times` : '-'),
  },
  { title: 'commit', read: renderCommit },
  { title: 'command line', isCode: true, read: renderCommand },
  { title: 'key', isCode: true, read: ({ key }) => key.slice(0, 16) },
];

function renderFact({ read, isCode }: Fact, trial: TrialResult): string | Html {
  const text = read(trial);
  return isCode && text !== '-' ? html`<code>${text}</code>` : text;
}

function renderDevice({ environment }: TrialResult): string {
  const driver = environment.driver === undefined ? '' : `, driver ${environment.driver}`;
  return `${environment.device.toUpperCase()}: ${environment.deviceName}${driver}`;
}

function renderCommit({ provenance: { git } }: TrialResult): string {
  return git ? `${git.commit.slice(0, 10)}${git.isDirty ? ' (changed files)' : ''}` : '-';
}

function renderCommand({ provenance: { commandLine } }: TrialResult): string {
  return commandLine.length > 0 ? `prep-lab ${commandLine.join(' ')}` : '-';
}

function renderHashes(trials: readonly TrialResult[]): Html[] {
  // Files of two data sets may have one name.
  const hashes = new Map(
    trials.flatMap(({ dataSha256 }) =>
      Object.entries(dataSha256).map(([file, hash]) => [`${file} ${hash}`, { file, hash }]),
    ),
  );
  return [...hashes.values()].map(
    ({ file, hash }) => html`<dt>SHA-256 of ${file}</dt><dd><code>${hash}</code></dd>\n`,
  );
}
