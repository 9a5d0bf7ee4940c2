import type { TrainedArm } from '../../analysis/findings/trained-arm.js';
import { meanDiagnostic } from '../../analysis/findings/trained-arm.js';
import { calibrationBinCount, findCalibrationBin } from '../../results/diagnostics.js';
import { renderPercent } from '../../text/quantities.js';
import type { Figure, FigureOptions, Layers, Panel } from './figure.js';

interface Bin {
  readonly confidence: number;
  readonly accuracy: number;
  readonly count: number;
}

/** How often the network is right, by how sure it is. */
export const calibration: Figure = {
  name: 'calibration',
  title: 'Calibration',
  caption:
    'Accuracy of the answers given with some confidence, all seeds together; the circle grows with the number of images. On the dashed line confidence tells the truth; below it the network is too sure of itself.',
  layout: 'panels',
  keys: [{ label: 'answers', shape: 'circle' }],
  create(arms, options) {
    return arms.flatMap((arm) => {
      const bins = poolBins(arm);
      return bins.length > 0 ? [createPanel(arm, bins, options)] : [];
    });
  },
};

function poolBins({ trials }: TrainedArm): Bin[] {
  const all = trials.flatMap(({ diagnostics }) => diagnostics?.calibration.bins ?? []);
  return Array.from({ length: calibrationBinCount }, (_, at) => {
    const bins = all.filter((bin) => bin.count > 0 && findCalibrationBin(bin.confidence) === at);
    const count = bins.reduce((sum, bin) => sum + bin.count, 0);
    const weigh = (key: 'confidence' | 'accuracy') =>
      bins.reduce((sum, bin) => sum + bin.count * bin[key], 0) / count;
    return { confidence: weigh('confidence'), accuracy: weigh('accuracy'), count };
  }).filter(({ count }) => count > 0);
}

function createPanel(arm: TrainedArm, bins: Bin[], options: FigureOptions): Panel {
  const error = meanDiagnostic(arm, (diagnostics) => diagnostics.calibration.expectedError);
  const texts = bins.map(
    ({ confidence, accuracy }) => `${renderPercent(confidence)}: ${renderPercent(accuracy)}`,
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
      mark: { type: 'line', color, strokeWidth: 1.5 },
      encoding: { x, y },
    },
    {
      data: { values: bins },
      mark: { type: 'point', filled: true, color, opacity: 1 },
      encoding: { x, y, size: { ...size, scale: { rangeMin: 12, rangeMax: 160 } } },
    },
  ];
}
