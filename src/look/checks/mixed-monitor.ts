import type { Check } from './check.js';

/** A callback that follows the training's loss or accuracy where those are of mixed images. */
export const mixedMonitor: Check = {
  name: 'mixed-monitor',
  severity: 'warning',
  examine({ stages, experiment: { training } }) {
    const mixing = stages.find(({ stage }) => stage.applyToLabels);
    if (!mixing) return [];
    const callbacks = {
      earlyStopping: training.earlyStopping,
      reduceLearningRateOnPlateau: training.reduceLearningRateOnPlateau,
    };
    return Object.entries(callbacks).flatMap(([key, callback]) => {
      if (!callback?.monitor.startsWith('train')) return [];
      return [
        {
          text: `training.${key} follows ${callback.monitor}, which is of images that preprocessing[${mixing.index}] ("${mixing.summary}") has mixed: it rises and falls with what is drawn, and says little of images as they are.`,
          numbers: {},
        },
      ];
    });
  },
};
