import type { Measured, Measurement } from '../measurement.js';
import { layersCase } from '../sides/layer-cases.js';
import { noneCase } from '../sides/stage-cases.js';
import { referenceSide } from '../training-sides.js';
import { casesOf, findSide, type SideResult } from './cases.js';
import { renderChange, renderRatio, renderSeconds, renderSpread } from './quantities.js';
import { type Rounds, ratioOf, type Spread, spreadOf } from './statistics.js';
import { renderTable } from './table.js';

/** What one pipeline adds to the step. */
export interface StageCost {
  readonly name: string;
  readonly seconds: Spread;
  /** Relative to minmax alone, turn by turn; 0.3 is 30 % more. */
  readonly added: Spread;
}

/** Compares every pipeline's turns with those of minmax alone. */
export function computeStageCosts(measurements: readonly Measurement[]): readonly StageCost[] {
  const cases = casesOf(measurements, 'stages')
    .filter(({ name }) => !name.startsWith(layersCase))
    .map(({ name, sides }) => ({
      name,
      turns: turnsOf(sides.flatMap(({ measured }) => measured)),
    }));
  const none = cases.find(({ name }) => name === noneCase)?.turns;
  if (!none) return [];
  return cases.flatMap(({ name, turns }) => {
    const ratio = ratioOf(turns, none);
    return ratio ? [{ name, seconds: spreadOf([...turns.values()]), added: lessOne(ratio) }] : [];
  });
}

export function renderStages(measurements: readonly Measurement[]): string {
  const layers = renderLayers(measurements);
  return [renderCosts(measurements), ...(layers === '' ? [] : [layersAbout, layers])].join('\n\n');
}

const layersAbout =
  'Alone, for 64 images of 32 x 32 x 3: prep-lab compiled, Keras in a tf.function, torchvision one image after the other on one thread, as a loader does.';

const peers = ['Keras', 'torchvision'] as const;

/** What a stage takes alone, and how many times as long the others take. */
function renderLayers(measurements: readonly Measurement[]): string {
  const start = `${layersCase}: `;
  const rows = casesOf(measurements, 'stages').flatMap((layer) => {
    const ours = findSide(layer, referenceSide);
    if (!layer.name.startsWith(start) || !ours) return [];
    const cells = peers.map((peer) => renderPeer(findSide(layer, peer), ours));
    const own = renderSpread(spreadOf([...turnsOf(ours.measured).values()]), renderSeconds);
    return [[layer.name.slice(start.length), own, ...cells]];
  });
  const header = ['stage', 'prep-lab', ...peers.map((peer) => `${peer}, times as long`)];
  return rows.length === 0 ? '' : renderTable({ header, rows });
}

function renderPeer(peer: SideResult | undefined, ours: SideResult): string {
  if (!peer || peer.measured.length === 0) return '-';
  const ratio = ratioOf(turnsOf(peer.measured), turnsOf(ours.measured));
  return ratio ? renderSpread(ratio, renderRatio) : '-';
}

function renderCosts(measurements: readonly Measurement[]): string {
  const costs = computeStageCosts(measurements);
  if (costs.length === 0) return 'Not measured.';
  const rows = costs.map(({ name, seconds, added }) => [
    name,
    renderSpread(seconds, renderSeconds),
    name === noneCase ? 'reference' : renderSpread(added, renderChange),
  ]);
  return renderTable({ header: ['stages before the baseline', 'a step', 'added'], rows });
}

/** A turn is the same moment for all pipelines, so it counts as a round. */
function turnsOf(measured: readonly Measured[]): Rounds {
  return new Map(
    measured.flatMap(({ round, seconds }) =>
      seconds.map((value, turn) => [`${round}/${turn}`, value] as const),
    ),
  );
}

function lessOne({ median, min, max, count }: Spread): Spread {
  return { median: median - 1, min: min - 1, max: max - 1, count };
}
