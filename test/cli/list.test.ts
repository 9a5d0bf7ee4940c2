import { expect, test } from 'vitest';
import { stages } from '../../src/stages/list.js';
import { runProgram } from './run-program.js';

test('every stage and model is listed, plug-ins too', async () => {
  const { stdout } = await runProgram(['list', '--plugin', 'docs/example-plugin.mjs']);
  for (const { name } of stages) expect(stdout).toContain(`\n  ${name} `);
  expect(stdout).toMatch(/^Stages:\n/);
  expect(stdout).toMatch(
    /\n {2}random-gamma +Raises each training image to a power of its own\.\n/,
  );
  expect(stdout).toMatch(
    /\n\nModels:\n {2}baseline .*\n {2}deep .*\n {2}layers .*\n {2}linear +Softmax regression\.\n\n/,
  );
  expect(stdout).toMatch(
    /\n\nParts of the model "layers":\n {2}conv2d +A convolution over images\.\n/,
  );
});

test('--json lists all with their schema, or those that are named', async () => {
  const all = JSON.parse((await runProgram(['list', '--json'])).stdout);
  const names = all.definitions.map(({ name }: { readonly name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['minmax', 'baseline', 'conv2d']));
  const one = JSON.parse((await runProgram(['list', 'random-flip', '--json'])).stdout);
  expect(one.definitions).toMatchObject([
    { name: 'random-flip', kind: 'stage', schema: { properties: { mode: {} } } },
  ]);
});

test('a kind of layer is explained with its options', async () => {
  const { stdout } = await runProgram(['list', 'max-pooling2d', 'residual']);
  const [pooling, residual] = stdout.split('\n\nresidual ');
  expect(pooling?.split('\n')).toEqual([
    'max-pooling2d (part of "layers"): The highest number of each window.',
    '',
    'Options:',
    '  name: string',
    '      Names the layer and its weights; different in each layer.',
    '  poolSize: a whole number between 1 and 1024 or [integer, integer]; default 2',
    '      Height and width of the windows.',
    '  strides: a whole number between 1 and 1024 or [integer, integer]',
    '      Pixels from one window to the next. Default: as many as the windows are large.',
    '  padding: "valid" or "same"; default "valid"',
    '      "valid": windows lie within the image. "same": the border is padded.',
  ]);
  expect(residual).toContain('  layers: array\n      What is added to the shortcut');
});

test('a stage is explained with its options, their ranges and defaults', async () => {
  const { stdout } = await runProgram(['list', 'random-contrast']);
  expect(stdout.split('\n')).toEqual([
    'random-contrast (stage): Changes the contrast of each training image, about a mean of its own.',
    '',
    'Options:',
    '  factor: a number between 0 and 10 or [number, number]',
    expect.stringMatching(/^ {6}Keras: f draws from \[1, 1 \+ f\]/),
    '  dialect: "keras" or "torchvision"; default "keras"',
    expect.stringMatching(/^ {6}Whose meaning the stage has\. keras stretches about the mean of/),
    '  valueRange: [number, number]; default [0,255]',
    '      The range of the incoming values, [low, high]; results are clipped to it.',
    '  from: a number between 0 and 1',
    '      Share of the training after which the stage begins to act. Default: 0.',
    '  until: a number between 0 and 1',
    '      Share of the training after which it acts no more. Default: 1.',
    '  strength: a number between 0 and 1 or array',
    '      The probability with which the stage acts on an image: a number, or points [share of the training, probability] with straight lines between them. Default: 1.',
    '',
    'Examples:',
    '  {"name":"random-contrast","factor":0.2,"valueRange":[0,1]}',
    '  {"name":"random-contrast","factor":0.4,"dialect":"torchvision","valueRange":[0,1]}',
    '',
  ]);
});

test('an unknown name is told with the nearest known one', async () => {
  expect(await runProgram(['list', 'random-flp'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: 'There is no stage or model "random-flp".\nHint: did you mean "random-flip"?\n',
  });
});
