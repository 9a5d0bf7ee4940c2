import { renderList, renderShare } from '../report/quantities.js';
import { meanDiagnostic, type TrainedArm } from './arm.js';
import type { FindingRule } from './finding.js';

/** A tenth of a layer: nets that train well have dead units too, but few. */
const worthTelling = 0.1;

/** Layers with units that are 0 whatever the image. */
export const deadRelus: FindingRule = {
  name: 'dead-relus',
  detect(arm) {
    const dead = layersOf(arm).filter(({ share }) => share >= worthTelling);
    if (dead.length === 0) return undefined;
    const layers = dead.map(({ layer, share }) => `${renderShare(share)} of ${layer}`);
    return {
      text: `Units that are 0 for every test image of the sample: ${renderList(layers)}.`,
      numbers: Object.fromEntries(dead.map(({ layer, share }) => [`deadShare.${layer}`, share])),
    };
  },
};

function layersOf(arm: TrainedArm): { readonly layer: string; readonly share: number }[] {
  const names = arm.trials[0].diagnostics?.deadRelus.map(({ layer }) => layer) ?? [];
  return names.flatMap((layer) => {
    const share = meanDiagnostic(
      arm,
      ({ deadRelus }) => deadRelus.find((each) => each.layer === layer)?.share,
    );
    return share === undefined ? [] : [{ layer, share }];
  });
}
