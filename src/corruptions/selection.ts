import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import { type Severity, severities } from './corruption.js';
import { corruptions, corruptionsVersion } from './list.js';

const names = corruptions.map(({ name }) => name) as [string, ...string[]];

/** No name twice. */
function different(values: readonly unknown[]): boolean {
  return new Set(values).size === values.length;
}

const detailedSchema = z.strictObject({
  kinds: z
    .array(z.enum(names))
    .min(1)
    .refine(different, { error: 'must all be different' })
    .exactOptional()
    .describe('Corruptions by name. Default: the fifteen of CIFAR-10-C.')
    .meta({ examples: [['fog', 'jpeg-compression']] }),
  heldOut: z
    .boolean()
    .exactOptional()
    .describe(
      'Whether the four held-out corruptions are shown too; they are no part of the mean. Default: false.',
    ),
  severities: z
    .array(z.literal(severities))
    .min(1)
    .refine(different, { error: 'must all be different' })
    .exactOptional()
    .describe('Default: all, 1 to 5.')
    .meta({ examples: [[1, 3, 5]] }),
  images: z
    .int()
    .min(10)
    .exactOptional()
    .describe('Test images to corrupt, balanced over the classes. Default: all.'),
  seed: z
    .int()
    .min(0)
    .exactOptional()
    .describe('What is drawn for the images; the same for all trials. Default: 0.'),
  npy: z
    .string()
    .min(1)
    .exactOptional()
    .describe(
      'A folder with the published files (fog.npy, ...), to be read in place of images of our own.',
    ),
});

/** The key `evaluation.corruptions` of an experiment file: all of them by a name, or what is chosen. */
export const corruptionsSchema = z
  .union([z.literal('cifar10-c'), detailedSchema])
  .meta({ examples: ['cifar10-c', { severities: [1, 3, 5], images: 2000 }] })
  .describe('Corrupted test images that the trained network is judged on (docs/robustness.md).');

/** What an experiment asks for. */
export type CorruptionsOption = DeepReadonly<z.output<typeof corruptionsSchema>>;

/** What is to be judged on, in full. */
export interface CorruptionSelection {
  readonly kinds: readonly string[];
  readonly severities: readonly Severity[];
  /** Left out for all. */
  readonly images?: number;
  readonly seed: number;
  /** The folder with the published files; left out for images of our own. */
  readonly npy?: string;
}

/** Fills in all defaults; kinds and severities come in the order of the reference. */
export function resolveCorruptions(option: CorruptionsOption): CorruptionSelection {
  const given = option === 'cifar10-c' ? {} : option;
  const { kinds, heldOut = false, images, npy, seed = 0 } = given;
  const isChosen = ({ name, isHeldOut }: (typeof corruptions)[number]) =>
    (kinds ? kinds.includes(name) : !isHeldOut) || (heldOut && isHeldOut);
  return {
    kinds: corruptions.filter(isChosen).map(({ name }) => name),
    severities: severities.filter((severity) => given.severities?.includes(severity) ?? true),
    ...(images !== undefined && { images }),
    seed,
    ...(npy !== undefined && { npy }),
  };
}

/** Names the images: ours by the version of the code that makes them. */
export function nameSet({ npy }: CorruptionSelection): string {
  return npy === undefined ? corruptionsVersion : 'cifar10-c';
}

/** Returns what part of a trial's key the choice is: the same images, however they were asked for. */
export function identifyCorruptions(option: CorruptionsOption): unknown {
  const selection = resolveCorruptions(option);
  return { ...selection, set: nameSet(selection) };
}
