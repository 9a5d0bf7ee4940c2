/**
 * The rooms of prep-lab, from the top down: the folders of src. A room depends only on rooms below it, type imports
 * included. CONTRIBUTING.md draws its picture from this list.
 */
export const rooms = [
  ['cli', 'one file a command with its options: parse, call, print'],
  ['report', 'tables, exports, HTML, TensorBoard, figures'],
  ['look', 'inspection, checks, explain, preview: what a pipeline does, before training'],
  ['runner', 'plan, store, processes, the loop'],
  ['analysis', 'comparison, gate, findings: what results say'],
  ['results', 'the result document: schema, reading, migration'],
  ['experiment', 'the file: schema, sweeps, catalogue, plug-ins'],
  ['export', 'a trained network for other programs, one file a format, one list'],
  ['training', 'the loop, optimisers, loss, callbacks, checkpoint'],
  ['models', 'networks, one file each, one list'],
  ['stages', 'preprocessing, one file each, one list'],
  ['datasets', "what a training knows of its images; formats of the user's own"],
  ['cifar10', 'all that is known of CIFAR-10'],
  ['engine', 'set-up and start of TensorFlow'],
  ['graph', 'a step as one TensorFlow graph: knows nothing of experiments'],
  ['corruptions', 'what spoils test images, as CIFAR-10-C does; one file a kind, one list'],
  ['storage', 'locks, atomic writes, sealed folders, leases, downloads'],
  ['drawing', 'bitmaps and SVG'],
  ['text', 'numbers and names as people read them'],
  ['statistics', 'means, intervals, tests'],
];

/** Files beside the rooms that every room may use. */
export const ground = [
  'deep-readonly',
  'problem',
  'progress',
  'user-error',
  'version',
  'visible-text',
];

/** The program and the library: they may use every room, and none may use them. */
const entrances = ['bin', 'index'];

const names = rooms.map(([name]) => name);
const folders = (list) => `^src/(${list.join('|')})/`;
const files = (list) => `^src/(${list.join('|')})[.]ts$`;

export default {
  forbidden: [
    ...names.map((room, index) => ({
      name: `${room} depends only on rooms below it`,
      severity: 'error',
      from: { path: folders([room]) },
      to: { path: [files(entrances), ...(index > 0 ? [folders(names.slice(0, index))] : [])] },
    })),
    {
      name: 'the ground depends on no room',
      severity: 'error',
      from: { path: files(ground) },
      to: { path: '^src/[^/]+/' },
    },
    {
      name: 'no circles between files',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'each file stands in a room',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: [folders(names), files([...ground, ...entrances])] },
    },
  ],
  options: {
    // TypeScript 7 has no programming interface yet, and the parser that stands in for it reads type imports too.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'], exportsFields: ['exports'] },
  },
};
