import { renderNumber } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanOver } from './trained-arm.js';

/** A hundredth of the first rate: hardly anything changes any more. */
const worthTelling = 0.01;

/** Learning rates that callbacks made so small that training stood still; a schedule means to. */
export const learningRateCollapse: FindingRule = {
  name: 'learning-rate-collapse',
  severity: 'remark',
  detect(arm) {
    if (arm.trials.some(({ experiment }) => experiment.training.schedule)) return undefined;
    const first = meanOver(arm, ({ history }) => history[0]?.learningRate);
    const last = meanOver(arm, ({ history }) => history.at(-1)?.learningRate);
    const epochs = meanOver(arm, ({ history }) => history.length);
    if (first === undefined || last === undefined || epochs === undefined) return undefined;
    if (last > worthTelling * first) return undefined;
    return {
      text: `The learning rate fell from ${renderNumber(first)} to ${renderNumber(last)} by the last of ${renderNumber(epochs)} epochs.`,
      numbers: { firstLearningRate: first, lastLearningRate: last, epochs },
    };
  },
};
