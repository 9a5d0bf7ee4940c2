import { instantiateStage } from '../../experiment/catalogue.js';
import { findMismatches, type Mismatch, renderMismatch } from '../../experiment/range-check.js';
import { renderRange, renderShare } from '../../text/quantities.js';
import type { Check, CheckContext, Fix } from './check.js';
import { removeStage, replaceStage } from './fixes.js';
import { findMisplaced } from './misplaced-stages.js';

/** A stage that is made for other values than it receives: what the study's 20.62 % came from. */
export const valueRange: Check = {
  name: 'value-range',
  severity: 'warning',
  examine(context) {
    const misplaced = findMisplaced(context).map(({ index }) => index);
    return findMismatches(context.experiment, context.catalogue)
      .filter(({ index }) => !misplaced.includes(index))
      .map((mismatch) => {
        const measured = renderDamage(mismatch, context);
        const fix = findFix(mismatch, context);
        return {
          text: `${renderMismatch(mismatch).message}${measured.text}`,
          numbers: measured.numbers,
          ...(fix && { fix }),
        };
      });
  },
};

/** Says what became of the training images, with the numbers before and after the stage. */
function renderDamage({ index }: Mismatch, { stages, measured }: CheckContext) {
  const after = measured?.stages[index];
  const stage = stages[index];
  if (!measured || !after || stage?.stage.when !== 'train') return { text: '', numbers: {} };
  const before = measured.stages[index - 1];
  const numbers = {
    constantShare: after.constantShare,
    constantShareBefore: before?.constantShare ?? 0,
    saturatedShare: after.saturatedShare,
    outsideShare: after.training.aboveShare + after.training.belowShare,
  };
  const text = [
    ` Of ${measured.imageCount} training images, ${renderShare(numbers.constantShare)} are one colour after it`,
    ` (${renderShare(numbers.constantShareBefore)} before it) and ${renderShare(numbers.saturatedShare)} of their values`,
    ` lie at an end of its range; ${renderShare(numbers.outsideShare)} lie outside of ${renderRange(stage.ranges.testImages)},`,
    ' where those of test images lie.',
  ].join('');
  return { text, numbers };
}

function findFix(mismatch: Mismatch, context: CheckContext): Fix | undefined {
  const { index, mended, receives } = mismatch;
  const stage = context.stages[index]?.stage;
  if (!mended || !stage) return undefined;
  const options = { ...context.experiment.preprocessing[index], ...mended };
  const gives = instantiateStage(options, context.catalogue).gives(receives);
  // A scaling of values that are scaled already has nothing left to do.
  const isIdle = stage.when === 'always' && gives.join() === receives.join();
  return isIdle ? removeStage(context, index) : replaceStage(index, mended);
}
