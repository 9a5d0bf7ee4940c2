/**
 * The rooms of prep-lab, from the top down. A room depends only on rooms below it, type imports included; rooms on one
 * line do not know each other. CONTRIBUTING.md says what belongs where.
 */
export const rooms = [
  ['cli'],
  ['report'],
  ['look'],
  ['runner'],
  ['analysis'],
  ['results'],
  ['experiment'],
  ['training'],
  ['models'],
  ['stages'],
  ['cifar10'],
  ['engine'],
  ['graph'],
  ['storage'],
  ['drawing'],
  ['text'],
  ['statistics'],
];

/** Files beside the rooms that every room may use. */
const ground = ['progress', 'user-error', 'version'];

/** The two entrances: the program and the library. */
const entrances = ['bin', 'index'];

const inRoom = (names) => `^src/(${names.join('|')})/`;

const forbidden = rooms.flatMap((level, index) =>
  level.map((room) => {
    const above = [...rooms.slice(0, index).flat(), ...level.filter((other) => other !== room)];
    return {
      name: `${room}-knows-only-rooms-below`,
      severity: 'error',
      from: { path: inRoom([room]) },
      to: {
        path: [...(above.length > 0 ? [inRoom(above)] : []), `^src/(${entrances.join('|')})[.]ts$`],
      },
    };
  }),
);

export default {
  forbidden: [
    ...forbidden,
    {
      name: 'ground-knows-no-room',
      severity: 'error',
      from: { path: `^src/(${ground.join('|')})[.]ts$` },
      to: { path: '^src/[^/]+/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'every-file-has-a-room',
      severity: 'error',
      from: {},
      to: {
        path: '^src/',
        pathNot: [inRoom(rooms.flat()), `^src/(${[...ground, ...entrances].join('|')})[.]ts$`],
      },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'import'],
    },
  },
};
