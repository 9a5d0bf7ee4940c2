import { computeMedian } from '../../statistics/mean.js';
import { renderEpochSpan, renderList } from '../../text/quantities.js';
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
    const sorted = [...others].sort((a, b) => epochsOf(a) - epochsOf(b));
    const counts = [...new Set(sorted.map(renderOwnEpochs))];
    return {
      text: `Trained for ${renderOwnEpochs(arm)} epochs, the other experiments for ${renderList(counts, 'or')}: differences may come from that.`,
      numbers: { epochs: own, othersMedianEpochs: usual },
    };
  },
};

/** Early stopping ends each seed when it likes. */
function renderOwnEpochs({ trials }: TrainedArm): string {
  return renderEpochSpan(trials.map(({ history }) => history.length));
}

function epochsOf(arm: TrainedArm): number {
  return meanOver(arm, ({ history }) => history.length) ?? 0;
}
