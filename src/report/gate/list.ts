import type { GateFormat } from './format.js';

/** The forms that a comparison can be printed in. */
export const gateFormats: readonly GateFormat[] = [
  { name: 'table', load: async () => (await import('./table.js')).renderGateTable },
  { name: 'markdown', load: async () => (await import('./markdown.js')).renderGateMarkdown },
  { name: 'json', load: async () => (await import('./json.js')).renderGateJson },
  { name: 'csv', load: async () => (await import('./csv.js')).renderGateCsv },
  { name: 'github', load: async () => (await import('./github.js')).renderGithub },
  { name: 'junit', load: async () => (await import('./junit.js')).renderJunit },
];
