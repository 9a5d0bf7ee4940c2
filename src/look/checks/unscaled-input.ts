import { renderNumber } from '../../text/quantities.js';
import type { Check } from './check.js';
import { writtenStages } from './fixes.js';

/** Initial weights are drawn so that values about 1 stay about 1 from layer to layer; ten times that is far off. */
const largestSize = 10;

/** Large values that go into the network as they are: its first gradients are as much larger. */
export const unscaledInput: Check = {
  name: 'unscaled-input',
  severity: 'hint',
  examine(context) {
    const { stages, measured } = context;
    if (!measured) return [];
    const { channels } = measured.stages.at(-1)?.test ?? measured.original;
    const squares = channels.map(({ mean, std }) => mean ** 2 + std ** 2);
    const size = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    if (!(size > largestSize)) return [];
    const range = stages.at(-1)?.ranges.testImages ?? [0, 255];
    const isByte = range[0] === 0 && range[1] === 255;
    const scaling = { name: 'minmax', ...(!isByte && { inputRange: [...range] }) };
    const kept = writtenStages(context).filter(({ name }) => name !== 'raw');
    return [
      {
        text: `The network receives values of ${renderNumber(size)} (root mean square); its initial weights are made for about 1. Scaled values train more steadily.`,
        numbers: { rootMeanSquare: size },
        ...(range.every(Number.isFinite) && {
          fix: { path: 'preprocessing', value: [...kept, scaling] },
        }),
      },
    ];
  },
};
