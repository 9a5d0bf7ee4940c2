import { computeMedian } from '../../statistics/mean.js';
import { renderList, renderShare } from '../../text/quantities.js';
import type { FindingRule } from './finding.js';
import { hasSameModel, meanDiagnostic, onceForEachArm, type TrainedArm } from './trained-arm.js';

/** So many points beyond the other experiments: seeds alone move the share of a layer by 10. */
const moreThanOthers = 0.2;
/** Of a layer in any case: half of the baseline's dense layer is dead after healthy trainings, too. */
const mostOfLayer = 0.75;

interface DeadLayer {
  readonly layer: string;
  readonly share: number;
  /** Of the other arms with the same model; left out without any. */
  readonly others?: number;
}

/** Layers with many units that are 0 whatever the image: most of the layer, or more than in the other arms. */
export const deadRelus: FindingRule = {
  name: 'dead-relus',
  severity: 'remark',
  detect(arm, others) {
    const same = others.filter((other) => hasSameModel(arm, other));
    const dead = layersOf(arm, same).filter(
      ({ share, others: usual }) =>
        share >= mostOfLayer || (usual !== undefined && share - usual >= moreThanOthers),
    );
    if (dead.length === 0) return undefined;
    const layers = dead.map(({ layer, share, others: usual }) => {
      const beside = usual === undefined ? '' : ` (other experiments: ${renderShare(usual)})`;
      return `${renderShare(share)} of ${layer}${beside}`;
    });
    return {
      text: `Units that are 0 for every test image of the sample: ${renderList(layers)}.`,
      numbers: Object.fromEntries(dead.map(({ layer, share }) => [`deadShare.${layer}`, share])),
    };
  },
};

function layersOf(arm: TrainedArm, others: readonly TrainedArm[]): DeadLayer[] {
  return [...sharesOf(arm)].map(([layer, share]) => {
    const usual = computeMedian(others.flatMap((other) => sharesOf(other).get(layer) ?? []));
    return { layer, share, ...(usual !== undefined && { others: usual }) };
  });
}

/** The mean share of each layer that all trials of the arm have, by its name. */
const sharesOf = onceForEachArm((arm): ReadonlyMap<string, number> => {
  const names = arm.trials[0].diagnostics?.deadRelus.map(({ layer }) => layer) ?? [];
  const shares = names.flatMap((layer) => {
    const share = meanDiagnostic(
      arm,
      ({ deadRelus: layers }) => layers.find((each) => each.layer === layer)?.share,
    );
    return share === undefined ? [] : [[layer, share] as const];
  });
  return new Map(shares);
});
