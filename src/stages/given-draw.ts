import { createRandomSource } from '../engine/random.js';
import { type Tensor, tensorflow } from '../engine/tensorflow.js';
import { UserError } from '../user-error.js';
import { type Draw, firstImages, type Stage } from './stage.js';

/**
 * A stage's random choices: under each name of its draws one number an image; or a seed to draw them from, for the first
 * images of a training set in an epoch counted from 0, the first unless it is given.
 */
export type GivenDraw =
  | Readonly<Record<string, readonly number[]>>
  | { readonly seed: number; readonly epoch?: number };

/**
 * Makes the tensors of a draw for `count` images.
 * @throws UserError if the draw's names or lengths are not those that the stage draws.
 */
export function createDraw(stage: Stage, count: number, given: GivenDraw): Draw {
  if (isSeed(given)) return drawFromSeed(stage, count, given);
  const wanted = drawFromSeed(stage, count, { seed: 0 });
  const unknown = Object.keys(given).find((name) => !(name in wanted));
  if (unknown !== undefined) throw unknownDraw(stage, unknown, Object.keys(wanted));
  const entries = Object.entries(wanted).map(([name, { shape, size }]) => {
    const numbers = given[name] ?? [];
    if (numbers.length !== size) throw wrongLength(name, size, numbers.length);
    return [name, tensorflow().tensor([...numbers], shape)] as const;
  });
  return Object.fromEntries<Tensor>(entries);
}

function isSeed(given: GivenDraw): given is { readonly seed: number; readonly epoch?: number } {
  return typeof given.seed === 'number';
}

function drawFromSeed(
  stage: Stage,
  count: number,
  { seed, epoch }: { readonly seed: number; readonly epoch?: number },
): Draw {
  if (!stage.draw) return {};
  const step = tensorflow().scalar(0, 'int32');
  const random = createRandomSource({ seed, stream: `apply/${stage.name}`, step });
  return stage.draw(random, count, firstImages(count, epoch));
}

function unknownDraw(stage: Stage, name: string, known: readonly string[]): UserError {
  const names = known.map((one) => `"${one}"`).join(', ') || 'nothing';
  return new UserError(`Stage "${stage.name}" draws ${names}, received a draw "${name}".`, {
    hint: 'Give a list of numbers for each name that the stage draws, or a seed: { seed: 1 }.',
  });
}

function wrongLength(name: string, expected: number, received: number): UserError {
  return new UserError(`Draw "${name}" must have ${expected} numbers, received ${received}.`, {
    hint: `Give one number an image for each of the stage's draws.`,
  });
}
