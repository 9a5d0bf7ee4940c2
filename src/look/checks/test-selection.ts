import { countLimited } from '../../datasets/facts.js';
import type { Check } from './check.js';

/** Early stopping or a learning rate schedule that watches the test images: the best epoch is picked on them. */
export const testSelection: Check = {
  name: 'test-selection',
  severity: 'warning',
  examine({ experiment: { training, dataset } }) {
    if (training.validation !== 'test') return [];
    const { earlyStopping, reduceLearningRateOnPlateau } = training;
    const choosers = Object.entries({ earlyStopping, reduceLearningRateOnPlateau })
      .filter(([, callback]) => callback?.monitor.startsWith('validation'))
      .map(([key]) => `training.${key}`);
    if (choosers.length === 0) return [];
    const verb = choosers.length > 1 ? 'watch' : 'watches';
    const split = Math.floor(countLimited(dataset).train / 10);
    return [
      {
        text: `${choosers.join(' and ')} ${verb} the test images, so the test accuracy is that of the epoch that suits them best. Keep training images back to choose on.`,
        numbers: {},
        fix: { path: 'training.validation', value: { split } },
      },
    ];
  },
};
