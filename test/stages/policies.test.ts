import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyStage } from '../../src/stages/apply-stage.js';
import {
  policyOperations,
  reaches,
  strengthOf,
  timmOperations,
  timmStrength,
} from '../../src/stages/policy-operations.js';
import { loadTestEngine } from '../engine.js';
import { createListedStage, listProblems } from './listed-stage.js';
import { readTorch, type TorchTensor, torchImages } from './torch-golden.js';

beforeAll(async () => {
  await loadTestEngine();
});

/** A random number as torchvision asked for it. */
interface TorchDraw {
  readonly fn: 'randint' | 'rand' | 'dirichlet';
  readonly value: number | readonly number[];
}

interface PolicyRun {
  readonly images: readonly number[];
  readonly draws: readonly TorchDraw[];
  readonly output: TorchTensor;
}

type Table = Readonly<
  Record<string, { readonly signed: boolean; readonly magnitudes: readonly number[] | null }>
>;

interface Sub {
  readonly policies: readonly (readonly [string, number, number | null])[][];
  readonly space: Table;
}

const runsOf = (name: string) =>
  readTorch<{ output: { runs: PolicyRun[] } }>(name).output.runs.map((run, index) => ({
    ...run,
    index,
  }));

const tableOf = <Form = Table>(name: string) => readTorch<{ output: Form }>(name).output;

/** Hands out torchvision's numbers one by one. */
function queueOf(draws: readonly TorchDraw[]) {
  const queue = draws.map(({ value }) => value);
  return {
    take: () => queue.shift() as number,
    takeMany: () => queue.shift() as readonly number[],
    get isEmpty() {
      return queue.length === 0;
    },
  };
}

/** The share of values that differ from torchvision's, and by how much. */
async function compare(
  options: { readonly name: string; readonly [key: string]: unknown },
  { images, output }: PolicyRun,
  draw: Readonly<Record<string, readonly number[]>>,
) {
  const applied = await applyStage(createListedStage(options), torchImages(images), draw);
  const values = applied.dataSync<'float32'>();
  const differences = output.values.map((value, i) => Math.abs(value - (values[i] ?? Number.NaN)));
  const wrong = differences.filter((difference) => difference !== 0);
  return { share: wrong.length / values.length, largest: Math.max(...differences) };
}

const randSpace = tableOf('table_randaugment');
const names = Object.keys(randSpace);

/** Both are read in the middle of their bins, so that no rounding matters. */
const middle = (place: number) => place + 0.5;

function drawsOfRand(draws: readonly TorchDraw[], operations: number) {
  const queue = queueOf(draws);
  const drawn = { operation: [] as number[], sign: [] as number[] };
  for (let slot = 0; slot < operations; slot++) {
    const operation = queue.take();
    drawn.operation.push(middle(operation));
    drawn.sign.push(randSpace[names[operation] as string]?.signed ? queue.take() : 0);
  }
  expect(queue.isEmpty).toBe(true);
  return drawn;
}

describe('rand-augment', () => {
  test.each(runsOf('randaugment'))('agrees with torchvision in run $index', async (run) => {
    const draws = drawsOfRand(run.draws, 2);
    expect(await compare({ name: 'rand-augment' }, run, draws)).toEqual({ share: 0, largest: 0 });
  });

  test.each(runsOf('randaugment_3_20'))(
    'agrees with torchvision in run $index of 3 operations at strength 20, outside 128',
    async (run) => {
      const options = { name: 'rand-augment', operations: 3, magnitude: 20, fillValue: 128 };
      const draws = drawsOfRand(run.draws, 3);
      expect(await compare(options, run, draws)).toEqual({ share: 0, largest: 0 });
    },
  );

  test('gives images of one batch other operations', async () => {
    const one = torchImages([2]);
    const count = 280;
    const values = Array.from({ length: count }, () => one.values).flatMap((image) => [...image]);
    const batch = { shape: [count, 32, 32, 3] as const, values };
    const stage = createListedStage({ name: 'rand-augment', operations: 1, magnitude: 25 });
    const output = (await applyStage(stage, batch, { seed: 1 })).dataSync<'float32'>();
    const size = 32 * 32 * 3;
    const kinds = new Map<string, number>();
    for (let image = 0; image < count; image++) {
      const key = output.slice(image * size, (image + 1) * size).join();
      kinds.set(key, (kinds.get(key) ?? 0) + 1);
    }
    // 14 operations, 9 of them with two signs: each image is one of 23, the signed ones half as often.
    expect(kinds.size).toBe(23);
    expect(Math.max(...kinds.values())).toBeLessThan(45);
  });

  test('does the same to images in 0..1', async () => {
    const images = torchImages([0, 1, 2, 3]);
    const options = { name: 'rand-augment', magnitude: 25, fillValue: 51 };
    const inLevels = await applyStage(createListedStage(options), images, { seed: 3 });
    const scaled = { ...images, values: Array.from(images.values, (value) => value / 255) };
    const fitted = createListedStage({ ...options, fillValue: 0.2, valueRange: [0, 1] });
    const inUnits = await applyStage(fitted, scaled, { seed: 3 });
    const levels = inUnits.mul(255).dataSync<'float32'>();
    expect(Array.from(levels, Math.round)).toEqual(Array.from(inLevels.dataSync()));
  });
});

describe('trivial-augment', () => {
  const space = tableOf('table_trivialaugmentwide');

  test.each(runsOf('trivialaugmentwide'))('agrees with torchvision in run $index', async (run) => {
    const queue = queueOf(run.draws);
    const operation = queue.take();
    const { signed = false, magnitudes = null } = space[names[operation] as string] ?? {};
    const draws = {
      operation: [middle(operation)],
      bin: [middle(magnitudes ? queue.take() : 0)],
      sign: [signed ? queue.take() : 0],
    };
    expect(queue.isEmpty).toBe(true);
    expect(await compare({ name: 'trivial-augment' }, run, draws)).toEqual({
      share: 0,
      largest: 0,
    });
  });
});

describe('auto-augment', () => {
  const { policies, space } = tableOf<Sub>('table_autoaugment_cifar10');

  test.each(runsOf('autoaugment_cifar10'))('agrees with torchvision in run $index', async (run) => {
    const queue = queueOf(run.draws);
    const policy = queue.take();
    const draws = { policy: [middle(policy)], apply: [] as number[], sign: [] as number[] };
    for (const [name, probability] of policies[policy] ?? []) {
      const apply = queue.take();
      draws.apply.push(apply);
      draws.sign.push(apply <= probability && space[name]?.signed ? queue.take() : 0);
    }
    expect(queue.isEmpty).toBe(true);
    expect(await compare({ name: 'auto-augment' }, run, draws)).toEqual({ share: 0, largest: 0 });
  });
});

describe('aug-mix', () => {
  const space = tableOf('table_augmix');
  const mixed = Object.keys(space);
  /** A weight w is drawn as u, w = -ln(1 - u). */
  const toDraw = (weight: number) => 1 - Math.exp(-weight);

  /** One operation of a row: its place, its bin and its sign, as far as torchvision draws them. */
  function takeOperation(queue: ReturnType<typeof queueOf>) {
    const operation = queue.take();
    const { signed, magnitudes } = space[mixed[operation] as string] ?? {};
    const bin = magnitudes ? queue.take() : 0;
    return { operation: middle(operation), bin: middle(bin), sign: signed ? queue.take() : 0 };
  }

  test.each(runsOf('augmix'))('agrees with torchvision in run $index', async (run) => {
    const queue = queueOf(run.draws);
    const keep = queue.takeMany().map(toDraw);
    const share = queue.takeMany().map(toDraw);
    const rows = share.map(() => {
      const depth = queue.take();
      const taken = Array.from({ length: depth }, () => takeOperation(queue));
      const unused = Array.from({ length: 3 - depth }, () => ({ operation: 0, bin: 0, sign: 0 }));
      return { depth: middle(depth - 1), operations: [...taken, ...unused] };
    });
    expect(queue.isEmpty).toBe(true);
    const operations = rows.flatMap((row) => row.operations);
    const { share: apart, largest } = await compare({ name: 'aug-mix' }, run, {
      keep,
      share,
      depth: rows.map(({ depth }) => depth),
      operation: operations.map(({ operation }) => operation),
      bin: operations.map(({ bin }) => bin),
      sign: operations.map(({ sign }) => sign),
    });
    expect(apart).toBeLessThan(0.01);
    expect(largest).toBeLessThanOrEqual(1);
  });
});

describe('rand-augment as timm has it', () => {
  interface TimmRun {
    readonly scale: 'increasing' | 'plain';
    readonly place: number;
    readonly name: string;
    readonly level: number;
    readonly arguments: readonly number[];
    readonly output?: readonly number[];
  }
  const file = new URL('../golden/timm/rand_augment.json', import.meta.url);
  interface TimmLevel {
    readonly magnitude: number;
    readonly std: number;
    readonly normal: number;
    readonly level: number;
  }
  const { runs, levels } = JSON.parse(readFileSync(file, 'utf8')) as {
    runs: readonly TimmRun[];
    levels: readonly TimmLevel[];
  };
  const setting = { height: 32, width: 32, interpolation: 'nearest', fill: 128 } as const;

  /** What timm hands to Pillow, of our magnitudes. */
  function argumentsOf({ scale, place, level }: TimmRun): number[] {
    const name = timmOperations[place] ?? 'invert';
    const increasing = scale === 'increasing';
    const { magnitude } = timmStrength(name, level, { increasing, setting });
    if (['auto-contrast', 'equalize', 'invert'].includes(name)) return [];
    if (['color', 'contrast', 'brightness', 'sharpness'].includes(name)) return [1 + magnitude];
    if (name === 'solarize') return [255 * magnitude];
    return [name.startsWith('translate') ? -magnitude / 32 : magnitude];
  }

  test.each(runs)('has the strength of timm: $scale $name at $level', (run) => {
    const found = argumentsOf(run);
    expect(found).toHaveLength(run.arguments.length);
    run.arguments.forEach((argument, index) => {
      expect(found[index]).toBeCloseTo(argument, 9);
    });
  });

  test.each(runs.filter(({ output }) => output))(
    'gives what timm gives with Pillow, but for its roundings: $scale $name',
    async ({ scale, place, level, output = [] }) => {
      const stage = createListedStage({
        name: 'rand-augment',
        dialect: 'timm',
        operations: 1,
        magnitude: level,
        increasing: scale === 'increasing',
        fillValue: 128,
      });
      const applied = await applyStage(stage, torchImages([2]), {
        operation: [middle(place)],
        sign: [1],
        apply: [0.5],
      });
      const values = applied.dataSync<'float32'>();
      const apart = output.map((value, i) => Math.abs(value - (values[i] ?? Number.NaN)));
      const share = (limit: number) => apart.filter((one) => one > limit).length / apart.length;
      const name = timmOperations[place] ?? '';
      const isTable = ['invert', 'posterize', 'solarize', 'solarize-add', 'equalize'].includes(
        name,
      );
      // Pillow rounds greys, the mean of contrast, blends and places in its own ways.
      expect(share(1)).toBeLessThanOrEqual(isTable ? 0 : 0.02);
      expect(share(0)).toBeLessThanOrEqual(isTable ? 0 : 0.5);
    },
  );

  test.each(levels)('draws levels as timm does: $magnitude ± $std, $normal', async (drawing) => {
    const { magnitude, std, normal, level } = drawing;
    const common = { name: 'rand-augment', dialect: 'timm', operations: 1, fillValue: 128 };
    const apply = async (options: object, draw: object) => {
      const given = { operation: [middle(3)], sign: [1], apply: [0.5], ...draw };
      const stage = createListedStage({ ...common, ...options });
      return (await applyStage(stage, torchImages([2]), given)).dataSync();
    };
    const own = await apply({ magnitude, magnitudeStd: std }, { magnitude: [normal] });
    expect(own).toEqual(await apply({ magnitude: Math.round(100 * level) / 100 }, {}));
  });

  test('does half of the chosen operations, and nothing with another draw', async () => {
    const options = { name: 'rand-augment', dialect: 'timm', operations: 1 };
    const draw = { operation: [2.5], sign: [0] };
    const values = async (apply: number) => {
      const stage = createListedStage(options);
      const output = await applyStage(stage, torchImages([2]), { ...draw, apply: [apply] });
      return Array.from(output.dataSync());
    };
    const given = torchImages([2]).values;
    expect(await values(0.51)).toEqual(given);
    expect(await values(0.5)).toEqual(Array.from(given, (value) => 255 - value));
  });

  test.each([
    [{ magnitude: 31 }, 'must be at most 30'],
    [{ magnitude: 2.5 }, 'must be a whole number with the dialect "torchvision"'],
    [{ increasing: true }, 'must be left out with the dialect "torchvision"; it belongs to "timm"'],
    [
      { magnitudeStd: 0.5 },
      'must be left out with the dialect "torchvision"; it belongs to "timm"',
    ],
    [{ dialect: 'timm', magnitude: 11 }, 'must be at most 10'],
    [
      { dialect: 'timm', bins: 31 },
      'must be left out with the dialect "timm"; it belongs to "torchvision"',
    ],
    [
      { dialect: 'keras', magnitude: 9 },
      'must be left out with the dialect "keras"; it belongs to "torchvision" and "timm"',
    ],
    [
      { dialect: 'timm', per: 'image' },
      'must be left out with the dialect "timm"; it belongs to "keras"',
    ],
  ])('refuses %j', (options, problem) => {
    expect(listProblems({ name: 'rand-augment', ...options })).toEqual([problem]);
  });
});

describe('The strengths of operations', () => {
  const size = { height: 32, width: 32 };
  const toTorch = (name: string) =>
    name.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());

  test.each([
    ['table_randaugment', reaches['rand-augment'](size), 31],
    ['table_trivialaugmentwide', reaches['trivial-augment'](), 31],
    ['table_augmix', reaches['aug-mix'](size), 10],
  ] as const)('are those of torchvision: %s', (name, reach, bins) => {
    const table = tableOf(name);
    for (const operation of policyOperations) {
      const expected = table[toTorch(operation)];
      if (!expected?.magnitudes) continue;
      const { isSigned, magnitudes } = strengthOf(operation, reach, bins);
      expect(magnitudes, operation).toEqual(expected.magnitudes);
      expect(isSigned, operation).toBe(expected.signed);
    }
  });
});
