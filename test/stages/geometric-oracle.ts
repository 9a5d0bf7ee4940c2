import { expect } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import type { Stage } from '../../src/stages/stage.js';
import { resample } from './resample-oracle.js';

const oracleShape = { height: 5, width: 7, channels: 2 };

/** A smooth image, so that a coordinate's last digit does not show. */
const values = Float32Array.from(
  { length: 70 },
  (_, i) => 3 * Math.floor(i / 14) + 2 * (Math.floor(i / 2) % 7) + (i % 2),
);

/** Checks a stage with one draw against an affine row of plain numbers and plain loops. */
export async function expectResampled(
  stage: Stage,
  draw: Readonly<Record<string, readonly number[]>>,
  row: readonly number[],
): Promise<void> {
  const sampling = stage.geometry?.sampling;
  if (!sampling) throw new Error(`${stage.name} does not resample.`);
  const output = await applyStage(stage, { shape: [1, 5, 7, 2], values }, draw);
  const actual = output.dataSync();
  output.dispose();
  const expected = resample({ ...oracleShape, values }, row, sampling);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 3);
  });
}
