import type { Race } from '../../src/experiment/race.js';

/** A race against minmax of three to six seeds. */
export const race: Race = {
  against: 'minmax',
  margin: '1pp',
  alpha: 0.05,
  power: 0.8,
  minSeeds: 3,
  maxSeeds: 6,
};
