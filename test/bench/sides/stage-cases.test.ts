import { expect, test } from 'vitest';
import { noneCase, stageCases } from '../../../bench/sides/stage-cases.js';
import { shippedCatalogue } from '../../../src/experiment/catalogue.js';
import { createStage } from '../../../src/experiment/create-stage.js';
import { stages } from '../../../src/stages/list.js';
import { createPipeline } from '../../../src/stages/pipeline.js';

const inputShape = { height: 32, width: 32, channels: 3 } as const;

test('every shipped stage has a price', () => {
  const measured = stageCases.flatMap(({ preprocessing }) => preprocessing.map(({ name }) => name));
  expect([...new Set(measured)].sort()).toEqual(stages.map(({ name }) => name).sort());
});

test.each(stageCases)('"$name" gives the net images of the same size', (stageCase) => {
  const built = stageCase.preprocessing.map((options) => createStage(options, shippedCatalogue()));
  const pipeline = createPipeline(built, { inputShape, resampling: stageCase.resampling });
  expect(pipeline.outputShape).toEqual(inputShape);
});

test('names tell the cases apart and the reference comes first', () => {
  const names = stageCases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names[0]).toBe(noneCase);
});
