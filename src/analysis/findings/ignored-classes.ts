import { factsOf } from '../../datasets/facts.js';
import { renderCountOf, renderNames, renderShare } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanDiagnostic, type TrainedArm } from './trained-arm.js';

/** A class is ignored where it is predicted for fewer than a tenth of the images that it has. */
const worthTelling = 0.1;

interface PredictedClass {
  readonly name: string;
  /** Test images of the class, and those that are taken for it. */
  readonly images: number;
  readonly predicted: number;
}

/** Classes that the network hardly ever answers. */
export const ignoredClasses: FindingRule = {
  name: 'ignored-classes',
  severity: 'remark',
  detect(arm) {
    const { classNames } = factsOf(arm.trials[0].experiment.dataset);
    const classes = classNames.flatMap((name, label) => countClass(arm, name, label) ?? []);
    const ignored = classes.filter(
      ({ images, predicted }) => images > 0 && predicted < worthTelling * images,
    );
    if (ignored.length === 0) return undefined;
    const names = ignored.map(
      ({ name, predicted }) => `${name} (${renderCountOf(predicted, 'time')})`,
    );
    const all = classes.reduce((sum, { images }) => sum + images, 0);
    const favourite = classes.reduce((a, b) => (b.predicted > a.predicted ? b : a));
    return {
      text: `Hardly ever predicted: ${renderNames(names)}; most often ${favourite.name} (${renderShare(favourite.predicted / all)} of test images).`,
      numbers: {
        ...Object.fromEntries(
          ignored.map(({ name, predicted }) => [`predicted.${name}`, predicted]),
        ),
        mostPredictedShare: favourite.predicted / all,
      },
    };
  },
};

function countClass(arm: TrainedArm, name: string, label: number): PredictedClass | undefined {
  const images = meanDiagnostic(arm, ({ confusion }) => sum(confusion[label] ?? []));
  const predicted = meanDiagnostic(arm, ({ confusion }) =>
    sum(confusion.map((row) => row[label] ?? 0)),
  );
  return images === undefined || predicted === undefined ? undefined : { name, images, predicted };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
