import { renderGateCsv } from './csv.js';
import type { GateFormat } from './format.js';
import { renderGithub } from './github.js';
import { renderGateJson } from './json.js';
import { renderJunit } from './junit.js';
import { renderGateMarkdown } from './markdown.js';
import { renderGateTable } from './table.js';

/** The forms that a comparison can be printed in. */
export const gateFormats: readonly GateFormat[] = [
  { name: 'table', render: renderGateTable },
  { name: 'markdown', render: renderGateMarkdown },
  { name: 'json', render: renderGateJson },
  { name: 'csv', render: renderGateCsv },
  { name: 'github', render: renderGithub },
  { name: 'junit', render: renderJunit },
];
