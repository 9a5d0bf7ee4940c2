import { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.js';
import { namedDatasetNames } from './named/names.js';

/** Sizes that networks and memory can do with. */
export const sideLimits = { least: 8, most: 512 } as const;

/** No data set that is trained on one machine has more. */
export const mostImages = 10_000_000;

/** More classes than that have no confusion matrix that anybody reads. */
export const mostClasses = 1000;

const limits = {
  trainLimit: z
    .int()
    .min(1)
    .max(mostImages)
    .exactOptional()
    .describe('Training images to use, balanced over the classes. Default: all.'),
  testLimit: z
    .int()
    .min(1)
    .max(mostImages)
    .exactOptional()
    .describe('Test images to use, balanced over the classes. Default: all.'),
};

const namedSchema = z
  .strictObject({
    name: z.enum(namedDatasetNames).default('cifar10').describe('A published data set.'),
    ...limits,
  })
  .describe('A published data set, by its name.');

const side = z.int().min(1).max(4096);
const size = z.union([side, z.tuple([side, side])]);

const splitSchema = z
  .strictObject({
    test: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.2)
      .describe('Share of the images that become test images.'),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(0)
      .describe('Another seed, another split.'),
    stratified: z
      .boolean()
      .default(true)
      .describe('Whether each class gives the same share of its images.'),
  })
  .describe('How test images are chosen where the source has no test part.');

/** What was found in a source: all that a training must know before it sees an image. */
const foundSchema = z
  .strictObject({
    height: z.int().min(1),
    width: z.int().min(1),
    channels: z.int().min(1).max(3),
    train: z.int().min(1).describe('Training images.'),
    test: z.int().min(1).describe('Test images.'),
    classes: z.array(z.string()).min(2).max(mostClasses).describe('Names, in the order of labels.'),
    sha256: z.string().describe('Of all pixels and labels.'),
  })
  .describe(
    'What prep-lab found there: it stands in results. Where a file gives it, the images must still be so.',
  );

/** How images that lie on a disk are laid out. */
const datasetFormats = [
  'folder',
  'csv',
  'parquet',
  'webdataset',
  'npz',
  'idx',
  'cifar-binary',
] as const;

const filesSchema = z
  .strictObject({
    format: z.enum(datasetFormats).describe('How the images are laid out: docs/datasets.md.'),
    path: z.string().min(1).describe("The file or folder, from the experiment file's folder on."),
    resize: size
      .exactOptional()
      .describe(
        'Height and width to resample to, as Pillow does (bilinear); one number: the shorter side.',
      )
      .meta({ examples: [[32, 32]] }),
    centerCrop: size
      .exactOptional()
      .describe('Height and width of the middle to keep, after resizing; one number: both.'),
    channels: z
      .union([z.literal(1), z.literal(3)])
      .exactOptional()
      .describe('1 turns all images to grey, 3 to colour. Default: as they are, all alike.'),
    classOrder: z
      .enum(['plain', 'natural'])
      .exactOptional()
      .describe('How class names are sorted: "10" before "2" (plain, the default) or after it.'),
    labels: z
      .enum(['fine', 'coarse'])
      .exactOptional()
      .describe('Of CIFAR-100, which of its two labels. Default: fine.'),
    imageColumn: z.string().exactOptional().describe('Of a table, where it has another name.'),
    labelColumn: z.string().exactOptional().describe('Of a table, where it has another name.'),
    split: splitSchema.exactOptional(),
    found: foundSchema.exactOptional(),
    ...limits,
  })
  .describe('Images of your own.');

/** The `dataset` part of an experiment file. */
export const datasetSchema = z
  .union([namedSchema, filesSchema])
  .prefault({ name: 'cifar10' })
  .describe('The images.')
  .meta({ examples: [{ format: 'folder', path: 'photos' }] });

/** Limits count images; without them all are used. */
export type DatasetOptions = DeepReadonly<z.output<typeof datasetSchema>>;

/** Images that lie on the user's disk. */
export type DatasetFiles = Extract<DatasetOptions, { readonly format: string }>;

export type DatasetFormat = DatasetFiles['format'];

export type FoundDataset = NonNullable<DatasetFiles['found']>;

export function isOfFiles(options: DatasetOptions): options is DatasetFiles {
  return 'format' in options;
}
