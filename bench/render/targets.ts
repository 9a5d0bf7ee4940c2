import type { Measurement } from '../measurement.js';
import { mixedReferenceSide, referenceSide, stepPeers } from '../training-sides.js';
import { type CaseResult, casesOf, findSide } from './cases.js';
import { renderChange, renderRatio, renderSpread } from './quantities.js';
import { computeStageCosts } from './stages.js';
import { bestOf, ratioOf, type Spread } from './statistics.js';
import { renderTable } from './table.js';

/** What prep-lab wants to reach on two cores without a GPU. */
interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly measured: Spread;
  readonly met: boolean;
  render(value: number): string;
}

/** Compares what was measured with the targets; what was not measured is left out. */
export function renderTargets(measurements: readonly Measurement[]): string {
  const rows = computeTargets(measurements).map(({ name, wanted, measured, met, render }) => [
    name,
    wanted,
    renderSpread(measured, render),
    met ? 'met' : 'missed',
  ]);
  return rows.length === 0
    ? ''
    : renderTable({ header: ['target', 'wanted', 'measured', ''], rows });
}

function computeTargets(measurements: readonly Measurement[]): Target[] {
  const steps = casesOf(measurements, 'steps');
  const [record] = casesOf(measurements, 'record');
  const [epoch] = casesOf(measurements, 'epoch');
  const stepTarget = (net: string, least: number) => ({
    name: `${net} step, against the best of Keras and PyTorch`,
    least,
    result: steps.find(({ name }) => name.startsWith(net)),
    side: referenceSide,
    peers: stepPeers('float32'),
  });
  const mixedTarget = (net: string, least: number) => ({
    ...stepTarget(net, least),
    name: `${net} step in mixed precision, against the best of both (wanted with AMX)`,
    side: mixedReferenceSide,
    peers: stepPeers('bfloat16'),
  });
  const speeds = [
    stepTarget('baseline', 1.3),
    stepTarget('deep', 1.35),
    mixedTarget('baseline', 1.1),
    mixedTarget('deep', 1.2),
    {
      name: 'airbench94-muon step, against PyTorch',
      least: 1.4,
      result: record,
      side: referenceSide,
      peers: ['PyTorch, bfloat16'],
    },
    {
      name: 'geometric epoch, against Keras',
      least: 1.5,
      result: epoch,
      side: referenceSide,
      peers: ['Keras'],
    },
  ];
  const costs = [
    { name: 'geometric (flip, rotation, zoom), each', most: 0.35 },
    { name: 'geometric (flip, rotation, zoom), once', most: 0.15 },
  ];
  return [
    ...speeds.flatMap((speed) => computeSpeed(speed)),
    ...costs.flatMap((cost) => computeCost(cost, measurements)),
  ];
}

function computeSpeed(speed: {
  readonly name: string;
  readonly least: number;
  readonly result: CaseResult | undefined;
  readonly side: string;
  readonly peers: readonly string[];
}): Target[] {
  const { name, least, result, side, peers } = speed;
  const reference = result && findSide(result, side);
  if (!reference) return [];
  const rounds = peers.flatMap((peer) => findSide(result, peer)?.rounds ?? []);
  const measured = ratioOf(bestOf(rounds), reference.rounds);
  if (!measured) return [];
  const wanted = `at least ${renderRatio(least)} times as fast`;
  return [{ name, wanted, measured, met: measured.median >= least, render: renderRatio }];
}

function computeCost(
  { name, most }: { readonly name: string; readonly most: number },
  measurements: readonly Measurement[],
): Target[] {
  const cost = computeStageCosts(measurements).find((found) => found.name === name);
  if (!cost) return [];
  const { added: measured } = cost;
  const wanted = `at most ${renderChange(most)} on the baseline step`;
  return [{ name, wanted, measured, met: measured.median <= most, render: renderChange }];
}
