import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { meanDiagnostic } from '../../analysis/findings/trained-arm.js';
import { calibrationBinCount, findCalibrationBin } from '../../results/diagnostics.js';
import { computeProportionInterval } from '../../statistics/proportions.js';
import { renderCount, renderPercent } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers, Panel } from './figure.js';

interface Bin {
  readonly confidence: number;
  readonly accuracy: number;
  /** Images, as a mean over the seeds: all of them answer the same ones. */
  readonly count: number;
  /** Ends of the 95 % interval that so many images give the accuracy. */
  readonly low: number;
  readonly high: number;
}

/** With fewer images an accuracy of 50 % is uncertain by 17 points to either side. */
const fewest = 30;

/** How often the network is right, by how sure it is. */
export const calibration: Figure = {
  name: 'calibration',
  title: 'Calibration',
  caption: `Accuracy of the answers given with some confidence, all seeds together, with the 95 % interval that the images of one seed give it (Wilson). The circle grows with their number; a ring stands for fewer than ${fewest} images. On the dashed line confidence tells the truth; below it the network is too sure of itself.`,
  layout: 'panels',
  keys: [],
  create(arms, options) {
    return arms.flatMap((arm) => {
      const bins = poolBins(arm);
      return bins.length > 0 ? [createPanel(arm, bins, options)] : [];
    });
  },
};

function poolBins({ trials }: TrainedArm): Bin[] {
  const seeds = trials.flatMap(({ diagnostics }) => diagnostics?.calibration ?? []);
  const all = seeds.flatMap(({ bins }) => bins);
  return Array.from({ length: calibrationBinCount }, (_, at) => {
    const bins = all.filter((bin) => bin.count > 0 && findCalibrationBin(bin.confidence) === at);
    const sum = bins.reduce((total, bin) => total + bin.count, 0);
    const weigh = (key: 'confidence' | 'accuracy') =>
      bins.reduce((total, bin) => total + bin.count * bin[key], 0) / sum;
    const [confidence, accuracy, count] = [
      weigh('confidence'),
      weigh('accuracy'),
      sum / seeds.length,
    ];
    const { lower, upper } = computeProportionInterval({ successes: accuracy * count, count });
    return { confidence, accuracy, count, low: lower, high: upper };
  }).filter(({ count }) => count > 0);
}

function createPanel(arm: TrainedArm, bins: Bin[], options: FigureOptions): Panel {
  const error = meanDiagnostic(arm, (diagnostics) => diagnostics.calibration.expectedError);
  const texts = bins.map(
    ({ confidence, accuracy, count }) =>
      `${renderPercent(confidence)}: ${renderPercent(accuracy)} of ${renderCount(Math.ceil(count))}`,
  );
  const mean = error === undefined ? '' : ` Expected error ${renderPercent(error)}.`;
  return {
    title: arm.name,
    description: `Accuracy of ${arm.name} by confidence: ${texts.join('; ')}.${mean}`,
    width: options.width,
    height: Math.round(options.width * 0.75),
    layers: createLayers(bins, options),
  };
}

function createLayers(bins: Bin[], { theme }: FigureOptions): Layers {
  const scale = { domainMin: 0, domainMax: 1 };
  const axis = { format: '.0%', tickCount: 5 };
  const x = {
    field: 'confidence',
    type: 'quantitative',
    title: 'confidence',
    scale,
    axis,
  } as const;
  const y = { ...x, field: 'accuracy', title: 'accuracy' };
  const color = theme.series[0] as string;
  const sure = bins.filter(({ count }) => count >= fewest);
  const size = { field: 'count', type: 'quantitative', legend: null } as const;
  return [
    {
      data: {
        values: [
          { confidence: 0, accuracy: 0 },
          { confidence: 1, accuracy: 1 },
        ],
      },
      mark: { type: 'line', color: theme.muted, strokeDash: [4, 3], strokeWidth: 1 },
      encoding: { x, y },
    },
    {
      data: { values: bins },
      mark: { type: 'rule', color, opacity: 0.45 },
      encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
    },
    {
      data: { values: sure },
      mark: { type: 'line', color, strokeWidth: 1.5 },
      encoding: { x, y },
    },
    {
      data: { values: sure },
      mark: { type: 'point', filled: true, color, opacity: 1 },
      encoding: { x, y, size: { ...size, scale: { rangeMin: 12, rangeMax: 160 } } },
    },
    {
      data: { values: bins.filter(({ count }) => count < fewest) },
      mark: { type: 'point', size: 24, fill: theme.paper, stroke: theme.muted, opacity: 1 },
      encoding: { x, y },
    },
  ];
}
