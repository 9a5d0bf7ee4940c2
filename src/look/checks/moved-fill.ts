import type { InspectedStage } from '../inspection/inspect-pipeline.js';
import type { MeasuredPipeline } from '../inspection/measure-pipeline.js';
import type { Check } from './check.js';
import { writtenMoved } from './misplaced-stages.js';

/** Means within this many deviations of 0 are those of normalised images. */
const centred = 0.25;

/** A square or border of 0 before a normalisation: it comes out black, where 0 after it would be the mean colour. */
export const movedFill: Check = {
  name: 'moved-fill',
  severity: 'hint',
  examine(context) {
    const { stages, measured } = context;
    if (!measured) return [];
    return stages.flatMap((filling) => {
      const { index, stage, options } = filling;
      if (stage.when !== 'train' || !usesFill(filling) || options.fillValue !== 0) return [];
      const isPlain = (place: number) => !isCentred(measured, place);
      const normalising = stages.find(
        ({ index: later, stage: { when } }) =>
          later > index && when === 'always' && isPlain(later - 1) && !isPlain(later),
      );
      if (!normalising) return [];
      return [
        {
          text: `preprocessing[${index}]: "${stage.name}" fills with 0, which is black, because "${normalising.stage.name}" (preprocessing[${normalising.index}]) normalises the values later. Behind it 0 is the mean colour, as in most recipes.`,
          numbers: {},
          fix: {
            path: 'preprocessing',
            value: writtenMoved(context, index, normalising.index),
          },
        },
      ];
    });
  },
};

/** A stage that is made for a range has to stay where the values have it. */
function usesFill({ stage, options }: InspectedStage): boolean {
  const isConstant = (options.fillMode ?? 'constant') === 'constant';
  return 'fillValue' in options && isConstant && stage.expects === undefined;
}

/** Tells whether test images have a mean of about 0 after a stage. */
function isCentred({ stages, original }: MeasuredPipeline, index: number): boolean {
  const { channels } = stages[index]?.test ?? original;
  return channels.every(({ mean, std }) => Math.abs(mean) < centred * std);
}
