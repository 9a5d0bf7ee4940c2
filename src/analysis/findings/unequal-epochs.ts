import { computeMedian } from '../../statistics/mean.js';
import { renderList, renderNumber } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { meanOver, type TrainedArm } from './trained-arm.js';

/** Arms that trained for another number of epochs than most, so that their accuracy does not tell of preprocessing alone. */
export const unequalEpochs: FindingRule = {
  name: 'unequal-epochs',
  severity: 'remark',
  detect(arm, others) {
    const own = epochsOf(arm);
    const usual = computeMedian(others.map(epochsOf));
    if (usual === undefined || own === usual) return undefined;
    const counts = [...new Set(others.map(epochsOf))].sort((a, b) => a - b).map(renderNumber);
    return {
      text: `Trained for ${renderNumber(own)} epochs, the other experiments for ${renderList(counts, 'or')}: differences may come from that.`,
      numbers: { epochs: own, othersMedianEpochs: usual },
    };
  },
};

function epochsOf(arm: TrainedArm): number {
  return meanOver(arm, ({ history }) => history.length) ?? 0;
}
