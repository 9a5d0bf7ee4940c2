import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';

/** A script and a plug-in of a stranger. */
const script = `
import type { Catalogue, Stage, Tensor4D } from 'prep-lab';
import {
  applyStage, createStage, defineStage, drawn, parseExperiment, renderTable, runExperiments, shippedCatalogue, tensorflow, z,
} from 'prep-lab';
import { compileProgram } from 'prep-lab/graph';

const gamma = defineStage({
  options: z.strictObject({ name: z.literal('random-gamma'), strength: z.number().min(0).max(1) }),
  create: ({ strength }) => ({
    when: 'train',
    gives: (range) => range,
    draw: (random, count) => ({
      power: random.uniform('power', { shape: [count], low: 1 - strength, high: 1 + strength }),
    }),
    apply: (images, { draw }) =>
      tensorflow().tidy(() => images.pow<Tensor4D>(drawn(draw, 'power').reshape([-1, 1, 1, 1]))),
  }),
});
const { stages, models } = shippedCatalogue();
const catalogue: Catalogue = { stages: [...stages, gamma], models };
const mine: Stage = createStage({ name: 'random-gamma', strength: 0.5 }, catalogue);
const brightness = createStage({ name: 'random-brightness', factor: 0.2, valueRange: [0, 1] });
const images: Tensor4D = await applyStage(brightness, [[[[0.5, 0.5, 0.5]]]], { seed: 1 });

const experiment = parseExperiment({
  preprocessing: ['minmax', { name: 'random-flip', mode: 'horizontal' }],
  model: 'baseline',
  training: { optimizer: { name: 'sgd', momentum: 0.9 }, validation: { split: 0.1 } },
  seeds: 3,
});
const results = await runExperiments([experiment, { name: 'other', model: { name: 'deep' } }]);
const [trial] = results.trials;
if (trial?.status === 'done') console.log(trial.test.accuracy, trial.experiment.training.epochs);
console.log(images, mine.name, renderTable(results), compileProgram);
`;

/** Each is one line with one error. */
const mistakes = [
  "createStage({ name: 'random-brigtness', factor: 0.2 });",
  "createStage({ name: 'random-flip', mode: 'horizntal' });",
  "createStage({ name: 'random-rotation' });",
  "parseExperiment({ model: 'resnet' });",
  "parseExperiment({ model: 'deep', preprocessing: [{ name: 'random-flip', mode: 'horizntal' }] });",
  "parseExperiment({ model: 'deep', training: { epoch: 3 } });",
  "runExperiments([{ model: 'deep', seeds: '3' }]);",
];

/** Returns where TypeScript finds errors in a project that has prep-lab installed, without those in other packages. */
async function compile(text: string, options: object): Promise<string[]> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve('.'), join(folder, 'node_modules/prep-lab'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'script.ts'), text);
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
    ...options,
  };
  const project = { compilerOptions, files: ['script.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const stdout = await new Promise<string>((done) => {
    const parameters = ['--project', folder, '--pretty', 'false'];
    execFile(resolve('node_modules/.bin/tsc'), parameters, (_, output) => done(output));
  });
  return stdout
    .split('\n')
    .filter((line) => /^\S/.test(line) && !/\bnode_modules\/(?!prep-lab\/)/.test(line));
}

test.each([
  ['a strict project', {}],
  ['the strictest project', { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }],
])('the declaration files hold in %s that checks libraries', async (_, options) => {
  expect(await compile(script, { skipLibCheck: false, ...options })).toEqual([]);
});

test('each wrong name, mode, option or kind of value is an error where it stands', async () => {
  const imports = "import { createStage, parseExperiment, runExperiments } from 'prep-lab';";
  const errors = await compile([imports, ...mistakes].join('\n'), { skipLibCheck: true });
  expect(errors.map((line) => /script\.ts\((\d+),/.exec(line)?.[1])).toEqual(
    mistakes.map((_, index) => String(index + 2)),
  );
});
