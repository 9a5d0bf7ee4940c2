import type { Check } from './check.js';

/** What stages put beside an image by reflecting it, by the value of their `fillMode`. */
const reflections = new Map<unknown, string>([
  ['reflect', 'repeats the edge pixel (c b a | a b c), as Keras does'],
  ['torch-reflect', 'leaves the edge pixel out (c b | a b c), as torch does'],
]);

/** Stages of one pipeline that reflect in two ways: mostly a name that was taken over from another library. */
export const twoReflects: Check = {
  name: 'two-reflects',
  severity: 'hint',
  examine({ stages }) {
    const reflecting = stages.filter(({ options }) => reflections.has(options.fillMode));
    const [first] = reflecting;
    const other = reflecting.find(({ options }) => options.fillMode !== first?.options.fillMode);
    if (!first || !other) return [];
    const [one, two] = [first, other].map(
      ({ index, stage, options }) =>
        `preprocessing[${index}] "${stage.name}" ${reflections.get(options.fillMode)}`,
    );
    return [
      {
        text: `Two reflections in one pipeline: ${one}; ${two}. Is each meant? Libraries call both "reflect".`,
        numbers: {},
      },
    ];
  },
};
