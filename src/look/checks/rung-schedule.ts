import { checkRungSchedule } from '../../experiment/search/check-search.js';
import type { Check } from './check.js';

/** A search whose rungs compare trainings in the middle of a schedule that ends with the whole training. */
export const rungSchedule: Check = {
  name: 'rung-schedule',
  severity: 'warning',
  examine({ experiment }) {
    return checkRungSchedule(experiment).map(({ message, hint = '' }) => ({
      text: `${message} Two ways out: ${hint}`,
      numbers: {},
      fix: { path: 'search.rungs', value: [1] },
    }));
  },
};
