import { resolveCorruptions } from '../../corruptions/selection.js';
import { renderList } from '../../text/quantities.js';
import type { Check } from './check.js';

/** The corruptions that come near what a stage does, by the stage's name. */
const near: Readonly<Record<string, readonly string[]>> = {
  'gaussian-noise': ['gaussian-noise', 'shot-noise', 'speckle-noise'],
  'gaussian-blur': ['gaussian-blur', 'defocus-blur'],
  smooth: ['gaussian-blur', 'defocus-blur'],
  'random-brightness': ['brightness'],
  'random-contrast': ['contrast'],
  'random-saturation': ['saturate'],
  'color-jitter': ['brightness', 'contrast', 'saturate'],
  elastic: ['elastic-transform'],
  'rand-augment': ['brightness', 'contrast', 'saturate'],
  'trivial-augment': ['brightness', 'contrast', 'saturate'],
  'auto-augment': ['brightness', 'contrast', 'saturate'],
  'aug-mix': ['brightness', 'contrast', 'saturate'],
};

/** An augmentation that is also one of the corruptions: what was trained on says little of what was not. */
export const trainedCorruption: Check = {
  name: 'trained-corruption',
  severity: 'warning',
  examine({ stages, experiment: { evaluation } }) {
    if (!evaluation) return [];
    const { kinds } = resolveCorruptions(evaluation.corruptions);
    return stages.flatMap(({ index, stage, summary }) => {
      const met = (near[stage.name] ?? []).filter((name) => kinds.includes(name));
      if (met.length === 0 || stage.when !== 'train') return [];
      return [
        {
          text: `preprocessing[${index}]: "${summary}" shows the network in training what evaluation.corruptions judges it on: ${renderList(met)}. Its gain there does not tell of corruptions that it has not seen; read the others by themselves.`,
          numbers: {},
        },
      ];
    });
  },
};
