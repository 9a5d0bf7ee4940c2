import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../engine.js';
import { createListedStage } from './listed-stage.js';
import { type FlatTensor, mixWith, orderAsDraw, sharesOf } from './mix.js';
import { readTorch, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

interface Mixed {
  /** Left out where only the labels were recorded. */
  readonly output?: FlatTensor;
  readonly labels: FlatTensor;
}

function expectMixed(mixed: ReturnType<typeof mixWith>, { output, labels }: Mixed, exact: boolean) {
  const limit = exact ? 0 : 2e-6 * Math.max(...(output?.values ?? []));
  const misses = output?.values.filter(
    (value, i) => !(Math.abs(value - (mixed.images[i] ?? NaN)) <= limit),
  );
  expect(misses ?? []).toEqual([]);
  labels.values.forEach((value, i) => {
    expect(Math.abs(value - (mixed.labels.flat()[i] ?? NaN))).toBeLessThan(2e-6);
  });
}

describe('torchvision', () => {
  interface Run extends Mixed {
    readonly params: {
      readonly form: string;
      readonly lambda: number | readonly number[];
      readonly partner: readonly number[];
      readonly r_x: number;
      readonly r_y: number;
    };
    readonly images: readonly number[];
  }

  /** Of each of the four images, as the cases' labels tell. */
  const classes = [1, 5, 8, 0];
  const { shape, values } = torchImages([0, 1, 2, 3]) as FlatTensor;

  function runsOf(name: string): readonly Run[] {
    return readTorch<{ output: { runs: readonly Run[] } }>(name).output.runs;
  }

  test.each(runsOf('mixup'))(
    'mixup agrees ($params.form, $params.lambda)',
    ({ params: { form, lambda, partner }, ...mixed }) => {
      const middle = Array.from({ length: 4 * 768 }, (_, index) => {
        const [image, row, rest] = [
          Math.floor(index / 768),
          Math.floor(index / 48) % 16,
          index % 48,
        ];
        return Math.fround((values[image * 3072 + (row + 8) * 96 + 24 + rest] ?? 0) / 255);
      });
      const smoothing = form.includes('smoothed') ? 0.1 : 0;
      const stage = createListedStage({
        name: 'mixup',
        dialect: form.startsWith('torchvision') ? 'torchvision' : 'paper',
        lambda: typeof lambda === 'number' ? 'batch' : 'image',
      });
      const output = mixWith(
        stage,
        {
          images: { shape: [4, 16, 16, 3], values: middle },
          labels: sharesOf(classes, 10, smoothing),
        },
        { lambda: [lambda].flat(), partner: orderAsDraw(partner) },
      );
      expectMixed(output, mixed, false);
    },
  );

  test.each(runsOf('cutmix'))('cutmix agrees ($params.lambda)', ({ params, ...mixed }) => {
    const output = mixWith(
      createListedStage({ name: 'cutmix' }),
      { images: { shape, values }, labels: sharesOf(classes, 10) },
      {
        lambda: [params.lambda].flat(),
        row: [(params.r_y + 0.5) / 32],
        column: [(params.r_x + 0.5) / 32],
      },
    );
    expectMixed(output, mixed, true);
  });
});

interface Golden {
  readonly smoothing?: number;
  readonly images: FlatTensor;
  readonly classes: readonly number[];
  readonly runs: readonly Run[];
}

interface Run extends Mixed {
  readonly stage: string;
  readonly order?: readonly number[];
  readonly rows?: readonly number[];
  readonly columns?: readonly number[];
  readonly [lambda: string]: unknown;
}

function readGolden(name: string): Golden {
  const file = new URL(`../golden/mixing/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Golden;
}

/** What was drawn, as the stage calls it. */
function drawOf(
  { rows, columns, order, ...run }: Run,
  share: (place: number, size: number) => number,
) {
  const lambdas = ['lambda', 'mixupLambda', 'cutmixLambda', 'choice'].filter((key) => key in run);
  return {
    ...Object.fromEntries(lambdas.map((key) => [key, run[key] as number[]])),
    ...(rows && { row: rows.map((place) => share(place, 6)) }),
    ...(columns && { column: columns.map((place) => share(place, 9)) }),
    ...(order && { partner: orderAsDraw(order) }),
  };
}

describe.each([
  ['timm', (place: number, size: number) => (place + 0.5) / size],
  ['keras', (place: number) => place],
] as const)('%s', (dialect, share) => {
  const { images, classes, runs, smoothing } = readGolden(dialect);

  test.each(runs.map((run, index) => [`${run.stage}, case ${index}`, run] as const))(
    '%s agrees',
    (_, run) => {
      const draw = drawOf(run, share);
      const count = Object.values(draw)[0]?.length === 1 ? 'batch' : 'image';
      const stage = createListedStage({ name: run.stage, dialect, lambda: count });
      const labels = sharesOf(classes, 3, smoothing);
      // What is cut out and nothing else is copied exactly.
      expectMixed(mixWith(stage, { images, labels }, draw), run, run.stage === 'cutmix');
    },
  );
});
