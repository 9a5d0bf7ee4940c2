import { resolve } from 'node:path';
import pMap from 'p-map';
import type { Progress } from '../../progress.js';
import { renderCount, renderCountOf, renderList, renderNames } from '../../text/quantities.js';
import type { DatasetFiles } from '../dataset-options.js';
import { createDataError } from './data-error.js';
import { readShape } from './decode-image.js';
import { folder as folderFormat, isImageName } from './formats/folder.js';
import { type ReadSource, readSource } from './read-source.js';
import { openRoot } from './source-files.js';

/** A `dataset` key for a folder of images, and what was found there. */
export interface ProposedDataset {
  readonly options: DatasetFiles;
  readonly read: ReadSource;
  /** For people, a sentence each. */
  readonly findings: readonly string[];
}

/** Larger images take minutes an epoch on a processor. */
const largestSide = 96;
const proposedSide = 64;

/**
 * Looks at a folder of images and proposes how to bring them to one shape, then reads them so.
 * @throws UserError (data)
 */
export async function proposeDataset(path: string, progress: Progress): Promise<ProposedDataset> {
  const root = await openRoot(resolve(path), path);
  const files = await folderFormat.list(root, { format: 'folder', path });
  const images = files.filter(({ name }) => isImageName(name));
  if (images.length === 0) {
    throw createDataError(`"${path}" has no image that ends in .png, .jpg, .jpeg or .webp.`);
  }
  const task = progress.start(`Looking at "${path}"`, { unit: 'files', total: images.length });
  let looked = 0;
  const shapes = await pMap(
    images,
    async (file) => {
      const shape = await readShape(file.path);
      task.update(++looked);
      return shape;
    },
    { concurrency: 16 },
  ).finally(() => task.stop());
  const known = shapes.filter((shape) => shape !== undefined);
  const { options, findings } = proposeShape({ format: 'folder', path }, known);
  const read = await readSource(options, { folder: '.', progress });
  return { options, read, findings: [...describe(read), ...findings, ...read.notes] };
}

interface Shape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function proposeShape(options: DatasetFiles, shapes: readonly Shape[]) {
  const sizes = new Set(shapes.map(({ height, width }) => `${height} x ${width}`));
  const channels = new Set(shapes.map((shape) => shape.channels));
  const largest = Math.max(...shapes.map(({ height, width }) => Math.max(height, width)));
  const smallest = Math.min(...shapes.map(({ height, width }) => Math.min(height, width)));
  const isMixed = channels.size > 1 || ![...channels].every((one) => one === 1 || one === 3);
  const resizes = sizes.size > 1 || largest > largestSide;
  const side = Math.min(proposedSide, Math.max(smallest, 16));
  const colour = shapes.some((shape) => shape.channels >= 3) ? (3 as const) : (1 as const);
  return {
    options: {
      ...options,
      ...(resizes && { resize: side, centerCrop: side }),
      ...(isMixed && { channels: colour }),
    },
    findings: [
      resizes
        ? `Sizes: ${renderNames([...sizes])} pixels; "resize" and "centerCrop" bring them to ${side} x ${side}.`
        : `Size: ${[...sizes][0]} pixels.`,
      ...(isMixed
        ? [
            `Channels: ${renderList([...channels].sort().map(String))}; "channels" makes them ${colour}.`,
          ]
        : []),
    ],
  };
}

function describe({ found: { train, test, classes } }: ReadSource): string[] {
  return [
    `${renderCountOf(train + test, 'image')} of ${renderCount(classes.length)} classes: ${renderNames(classes)}.`,
    `${renderCount(train)} for training, ${renderCount(test)} for the test.`,
  ];
}
