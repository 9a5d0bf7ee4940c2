import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';
import { runProgram } from './run-program.js';

const experiment = {
  preprocessing: [{ name: 'random-gamma', strength: 0.2 }],
  model: { name: 'linear' },
};

/** Validates an experiment in a folder outside of the checkout, with plug-ins given by their texts. */
async function validateWith(plugins: Record<string, string>, parameters: readonly string[] = []) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'mine.json'), JSON.stringify(experiment));
  await copyFile('docs/example-plugin.mjs', join(folder, 'example.mjs'));
  for (const [name, text] of Object.entries(plugins)) await writeFile(join(folder, name), text);
  const given = [...Object.keys(plugins), ...parameters].flatMap((name) => ['--plugin', name]);
  const result = await runProgram(['validate', 'mine.json', ...given], { folder });
  return { ...result, stderr: result.stderr.replaceAll(folder, '') };
}

const head = 'import { defineStage, z } from "prep-lab";\n';

test('the documented plug-in works from any folder, with the range check', async () => {
  expect(await validateWith({}, ['./example.mjs'])).toEqual({
    exitCode: 0,
    stdout: 'mine.json  mine: random-gamma 0.2; linear; 10 epochs\n',
    stderr: [
      'Warning: mine.json: preprocessing[0]: "random-gamma" is made for values from 0 to 1, received values from 0 to 255.',
      'Hint: write {"name":"random-gamma","strength":0.2,"valueRange":[0,255]}.',
      '',
    ].join('\n'),
  });
});

test("a plug-in's options are checked like shipped ones", async () => {
  const folder = await temporaryFolder();
  await copyFile('docs/example-plugin.mjs', join(folder, 'example.mjs'));
  const wrong = {
    preprocessing: [{ name: 'random-gamma', strengt: 2 }],
    model: { name: 'linear' },
  };
  await writeFile(join(folder, 'a.json'), JSON.stringify(wrong));
  const { stderr } = await runProgram(['validate', 'a.json', '--plugin', 'example.mjs'], {
    folder,
  });
  expect(stderr.split('\n')).toEqual([
    'a.json: preprocessing[0].strengt is not a known key.',
    'Hint: did you mean "strength"?',
    '',
  ]);
});

test.each([
  ['is missing', undefined, 'bad.mjs: there is no such file.'],
  [
    'throws when loaded',
    '\nnowhere();',
    'bad.mjs:2: the plug-in does not load: ReferenceError: nowhere is not defined.',
  ],
  [
    'is no JavaScript',
    'export const = 1;',
    "bad.mjs: the plug-in does not load: SyntaxError: Unexpected token '='.",
  ],
  [
    'exports nothing of use',
    'export const a = 1;',
    'bad.mjs: the plug-in must export a stage, a model or a launcher, received none.',
  ],
  [
    'takes a shipped name',
    `${head}export const a = defineStage({ options: z.strictObject({ name: z.literal("minmax") }), create() {} });`,
    'bad.mjs: there is a stage "minmax" already.',
  ],
  [
    'has options that are not strict',
    `${head}export const a = defineStage({ options: z.object({ name: z.literal("mine") }), create() {} });`,
    'bad.mjs: stage "mine" must have strict options: z.strictObject({ ... }) instead of z.object({ ... }).',
  ],
  [
    'has no literal name',
    `${head}export const a = defineStage({ options: z.strictObject({ name: z.string() }), create() {} });`,
    'bad.mjs: stage "undefined" must have a name of small letters, digits and hyphens: name: z.literal("my-name").',
  ],
  [
    'has options that JSON cannot hold',
    `${head}export const a = defineStage({ options: z.strictObject({ name: z.literal("mine"), at: z.date() }), create() {} });`,
    'bad.mjs: stage "mine" must have options that JSON can hold (Date cannot be represented in JSON Schema).',
  ],
  [
    'ends the program',
    `${head}\nprocess.exit(0);`,
    'bad.mjs:3: the plug-in ends the program with process.exit(0).',
  ],
  [
    'awaits what never comes',
    'await new Promise(() => {});',
    'bad.mjs: the plug-in awaits something that never comes.',
  ],
  [
    'replaces built-in objects',
    'JSON.parse = Array.prototype.map = () => { throw new Error("mine"); };',
    'bad.mjs: the plug-in replaces Array.prototype.map, JSON.parse.',
  ],
  [
    'throws later',
    `${head}setTimeout(() => { throw new Error('too late'); }); await new Promise((resolve) => setTimeout(resolve, 100));`,
    'bad.mjs:2: the plug-in throws Error: too late',
  ],
])('a plug-in that %s is one clear error', async (_, text, message) => {
  const result = await validateWith(text === undefined ? {} : { 'bad.mjs': text }, ['bad.mjs']);
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr.split('\n')[0]).toBe(message);
});

test('a stage that is not made as it must be is told with its plug-in', async () => {
  const bad = `${head}export const a = defineStage({ options: z.strictObject({ name: z.literal("random-gamma"), strength: z.number() }), create: () => ({ when: "train", apply() {} }) });
import { defineModel } from "prep-lab";
export const b = defineModel({ options: z.strictObject({ name: z.literal("linear") }), create() {} });`;
  expect((await validateWith({ 'bad.mjs': bad })).stderr.split('\n')[0]).toBe(
    'mine.json: preprocessing[0]: bad.mjs: stage "random-gamma" must have a function "gives".',
  );
});

/** A plug-in whose stage is made by an expression. */
const gamma = (create: string) => `${head}import { defineModel } from 'prep-lab';
export const b = defineModel({ options: z.strictObject({ name: z.literal('linear') }), create() {} });
const options = z.strictObject({ name: z.literal('random-gamma'), strength: z.number() });
export const a = defineStage({ options, create: ${create} });`;

test.each([
  [
    'throws when it is made',
    '() => { throw new TypeError("no luck"); }',
    'mine.json: preprocessing[0]: bad.mjs:5: stage "random-gamma": "create" fails: no luck',
  ],
  [
    'ends the program',
    '() => process.exit(0)',
    'bad.mjs:5: the plug-in ends the program with process.exit(0).',
  ],
  [
    'gives NaN',
    '() => ({ when: "always", gives: () => [NaN, 1], apply() {} })',
    'bad.mjs: stage "random-gamma" "gives" must return two numbers [low, high], received [NaN, 1].',
  ],
  [
    'expects one number',
    '() => ({ when: "always", expects: [1], gives: (range) => range, apply() {} })',
    'mine.json: preprocessing[0]: bad.mjs: stage "random-gamma" must have "expects": two numbers [low, high], received [1].',
  ],
  [
    'gives another shape than whole numbers',
    '() => ({ when: "always", gives: (range) => range, outputShape: () => ({ height: 0.5 }), apply() {} })',
    'mine.json: preprocessing[0]: bad.mjs: stage "random-gamma" "outputShape" must return whole numbers { height, width, channels }, received {"height":0.5}.',
  ],
])('a stage that %s is told with its plug-in', async (_, create, message) => {
  const result = await validateWith({ 'bad.mjs': gamma(create) });
  expect(result).toMatchObject({ exitCode: 2, stdout: '' });
  expect(result.stderr.split('\n')[0]).toBe(message);
});

test('what a plug-in prints does not mix with the result', async () => {
  const loud = `console.log('loaded'); ${gamma('() => { console.log("made"); return { when: "always", gives: (range) => range, apply() {} }; }')}`;
  const { stdout, stderr } = await validateWith({ 'loud.mjs': loud });
  expect(stdout).toMatch(/^mine\.json {2}mine: random-gamma .*\n$/);
  expect(stderr).toMatch(/^loaded\n(made\n)+$/);
});

test('two plug-ins must not take the same name, but one may be given twice', async () => {
  const { stderr } = await validateWith({}, ['example.mjs', './example.mjs']);
  expect(stderr).toMatch(/^Warning: mine\.json/);
  const copy = await validateWith({ 'copy.mjs': 'export { randomGamma } from "./example.mjs";' }, [
    'example.mjs',
  ]);
  expect(copy.stderr.split('\n')[0]).toBe('example.mjs: there is a stage "random-gamma" already.');
});

/** Trains on few images with a plug-in of this text, and returns what became of the trial. */
async function trainWith(plugin: string, stage: string) {
  const folder = await temporaryFolder();
  const tiny = {
    name: 'tiny',
    preprocessing: [{ name: 'minmax' }, { name: stage }],
    model: 'baseline',
    dataset: { trainLimit: 200, testLimit: 50 },
    training: { epochs: 2, batchSize: 20 },
  };
  await writeFile(join(folder, 'tiny.json'), JSON.stringify(tiny));
  await writeFile(join(folder, 'mine.mjs'), plugin);
  const parameters = ['tiny.json', '--plugin', './mine.mjs', '--no-diagnostics'];
  const { exitCode, stderr } = await runProgram(['run', ...parameters], { folder });
  expect(stderr).not.toContain('fails');
  expect(exitCode).toBe(0);
  const { trials } = JSON.parse(await readFile(join(folder, 'results/results.json'), 'utf8'));
  return trials[0] as {
    readonly history: { readonly trainLoss: number }[];
    readonly test: { readonly loss: number };
    readonly drawsSha256: string;
  };
}

test('the documented stage that mixes labels trains, and repeats', {
  timeout: 120_000,
}, async () => {
  const page = await readFile('docs/plugins.md', 'utf8');
  const [, text = ''] = page.match(/```js\n(import [\s\S]*?split-screen[\s\S]*?)```/) ?? [];
  const first = await trainWith(text, 'split-screen');
  expect(first.history).toHaveLength(2);
  expect(first.drawsSha256).toMatch(/^[0-9a-f]{64}$/);
  const second = await trainWith(text, 'split-screen');
  expect(second.history.map(({ trainLoss }) => trainLoss)).toEqual(
    first.history.map(({ trainLoss }) => trainLoss),
  );
  expect(second.test.loss).toBe(first.test.loss);
  // With the labels as they were it is another training.
  const own = text.replace('blend(labels, labels.reverse(0), share)', 'labels.clone()');
  expect(own).not.toBe(text);
  const unmixed = await trainWith(own, 'split-screen');
  expect(unmixed.history[0]?.trainLoss).not.toBe(first.history[0]?.trainLoss);
});

test("the labels that a plug-in's stage gives are those of the loss", {
  timeout: 60_000,
}, async () => {
  const text = `${head.replace('z }', 'tensorflow, z }')}
export const vague = defineStage({
  options: z.strictObject({ name: z.literal('vague') }).describe('Makes labels uniform.'),
  create: () => ({
    when: 'train',
    gives: (range) => range,
    apply: (images) => images.clone(),
    applyToLabels: (labels) => tensorflow().fill(labels.shape, 0.1),
  }),
});
`;
  const { history } = await trainWith(text, 'vague');
  // No answer has a lower cross-entropy with labels that say nothing.
  for (const { trainLoss } of history) expect(trainLoss).toBeGreaterThan(Math.log(10) - 1e-4);
});
