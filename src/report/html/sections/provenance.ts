import type { TrialResult } from '../../../results/result.js';
import { renderDuration } from '../../../text/quantities.js';
import { html } from '../html.js';
import type { Section } from '../section.js';
import { type Cell, renderHtmlTable } from '../table.js';

/** What the numbers were made with, trial by trial. */
export const provenanceSection: Section = {
  id: 'provenance',
  title: 'Provenance',
  async render({ results: { trials } }) {
    if (trials.length === 0) return undefined;
    const table = renderHtmlTable({
      caption: 'What each trial was made with',
      columns,
      rows: trials.map(renderTrialRow),
    });
    const hashes = new Map(trials.flatMap(({ dataSha256 }) => Object.entries(dataSha256)));
    const rows = [...hashes].map(([file, hash]) => [file, html`<code>${hash}</code>`]);
    if (rows.length === 0) return table;
    const data = renderHtmlTable({
      caption: 'SHA-256 of the data files',
      columns: [{ title: 'file' }, { title: 'SHA-256' }],
      rows,
    });
    return html`${table}${data}`;
  },
};

const columns = [
  { title: 'trial' },
  { title: 'prep-lab' },
  { title: 'TensorFlow' },
  { title: 'Node' },
  { title: 'platform' },
  { title: 'device' },
  { title: 'threads', align: 'right' },
  { title: 'precision' },
  { title: 'execution' },
  { title: 'kernels' },
  { title: 'begun' },
  { title: 'duration', align: 'right' },
  { title: 'continued', align: 'right' },
  { title: 'commit' },
  { title: 'command line' },
  { title: 'key' },
] as const;

function renderTrialRow(trial: TrialResult): Cell[] {
  const { environment, provenance, durationSeconds: value } = trial;
  const { git, commandLine } = provenance;
  const driver = environment.driver === undefined ? '' : `, driver ${environment.driver}`;
  const commit = git && `${git.commit.slice(0, 10)}${git.isDirty ? ' (changed files)' : ''}`;
  return [
    trial.id,
    environment.prepLab,
    environment.tensorflow,
    environment.node,
    environment.platform,
    `${environment.device.toUpperCase()}: ${environment.deviceName}${driver}`,
    String(environment.threads),
    environment.precision,
    environment.execution,
    environment.kernels ?? '-',
    `${trial.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    { value, render: renderDuration },
    trial.resumeCount > 0 ? `${trial.resumeCount} times` : '-',
    commit ?? '-',
    commandLine.length > 0 ? html`<code>prep-lab ${commandLine.join(' ')}</code>` : '-',
    html`<code>${trial.key.slice(0, 16)}</code>`,
  ];
}
