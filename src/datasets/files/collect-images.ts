import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pMapIterable } from 'p-map';
import type { ProgressTask } from '../../progress.js';
import { renderCount, renderCountOf } from '../../text/quantities.js';
import { exitCodes, UserError } from '../../user-error.js';
import { createDataError } from './data-error.js';
import { ImageProblem } from './decode-image.js';
import type { OpenedSource, RawImage, SourceImage } from './file-format.js';
import { createImageWriter, type ImageWriter } from './image-writer.js';
import type { Part } from './parts.js';
import { prepareImage, type Shaping } from './prepare-image.js';

/** Images of one part, in the order of the source; their pixels are in a file. */
interface CollectedPart {
  readonly file: string;
  readonly labels: (string | number)[];
  readonly places: string[];
  /** Of each image's pixels: tells which are the same. */
  readonly hashes: string[];
}

/** All that a source holds. */
export interface Collected {
  readonly shape: Pick<RawImage, 'height' | 'width' | 'channels'>;
  readonly parts: ReadonlyMap<Part, CollectedPart>;
}

type Prepared =
  | { readonly source: SourceImage; readonly image: RawImage }
  | { readonly source: SourceImage; readonly problem: string };

/**
 * Decodes all images of a source side by side and writes their pixels into a folder, in order.
 * @throws UserError (data) that names images that cannot be used, or the shapes where there are several.
 */
export async function collectImages(
  source: OpenedSource,
  {
    shaping,
    folder,
    task,
  }: { readonly shaping: Shaping; readonly folder: string; readonly task: ProgressTask },
): Promise<Collected> {
  const collector = createCollector(folder);
  const concurrency = 2 * availableParallelism();
  const prepared = pMapIterable(source.images, (image) => prepare(image, shaping), {
    concurrency,
    backpressure: 4 * concurrency,
  });
  try {
    let count = 0;
    for await (const one of prepared) {
      await collector.add(one);
      count++;
      if (count % 100 === 0) task.update(count);
    }
  } finally {
    await collector.close();
  }
  return collector.finish();
}

async function prepare(source: SourceImage, shaping: Shaping): Promise<Prepared> {
  try {
    return { source, image: await prepareImage(source, shaping) };
  } catch (error) {
    if (error instanceof ImageProblem) return { source, problem: error.message };
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code === undefined) throw error;
    return { source, problem: `cannot be read (${code})` };
  }
}

function createCollector(folder: string) {
  const parts = new Map<Part, CollectedPart & { readonly writer: ImageWriter }>();
  const shapes = new Map<
    string,
    { readonly image: RawImage; readonly place: string; count: number }
  >();
  const problems: string[] = [];
  const open = async (part: Part) => {
    const file = join(folder, `${part}.collected`);
    const opened = {
      file,
      labels: [],
      places: [],
      hashes: [],
      writer: await createImageWriter(file),
    };
    parts.set(part, opened);
    return opened;
  };
  return {
    async add({ source, ...prepared }: Prepared): Promise<void> {
      const { place, part, label } = source;
      if ('problem' in prepared) {
        problems.push(`"${place}" ${prepared.problem}.`);
        return;
      }
      const { image } = prepared;
      const shape = `${image.height} x ${image.width} x ${image.channels}`;
      const known = shapes.get(shape);
      if (known) known.count++;
      else shapes.set(shape, { image, place, count: 1 });
      // Nothing is made of them any more: only what else is wrong is told, too.
      if (problems.length > 0 || shapes.size > 1) return;
      const { writer, labels, places, hashes } = parts.get(part) ?? (await open(part));
      labels.push(label);
      places.push(place);
      hashes.push(createHash('sha256').update(image.pixels).digest('base64'));
      await writer.write(image.pixels);
    },
    async close(): Promise<void> {
      for (const { writer } of parts.values()) await writer.close();
    },
    finish(): Collected {
      if (problems.length > 0) throw unusable(problems);
      if (shapes.size > 1) throw severalShapes([...shapes]);
      const [first] = shapes.values();
      if (!first)
        throw createDataError('There are no images.', 'check dataset.path and dataset.format.');
      return { shape: first.image, parts };
    },
  };
}

/** More would scroll the first ones away. */
const shownProblems = 10;

function unusable(problems: readonly string[]): UserError {
  const rest = problems.length - shownProblems;
  const more = rest > 0 ? [`${renderCountOf(rest, 'more image')} cannot be used.`] : [];
  return new UserError([...problems.slice(0, shownProblems), ...more], {
    hint: 'mend or take out what cannot be used.',
    exitCode: exitCodes.data,
  });
}

function severalShapes(
  shapes: readonly (readonly [shape: string, { readonly place: string; readonly count: number }])[],
): UserError {
  const sorted = [...shapes].sort(([, one], [, other]) => other.count - one.count);
  const lines = sorted
    .slice(0, shownProblems)
    .map(([shape, { place, count }]) => `${shape}: ${renderCount(count)}, such as "${place}"`);
  const more =
    sorted.length > shownProblems ? [`${sorted.length - shownProblems} more shapes`] : [];
  const channels = new Set(shapes.map(([shape]) => shape.split(' x ')[2]));
  const hint =
    channels.size > 1
      ? 'add "channels": 3 (or 1) to "dataset", and "resize" where sizes differ.'
      : 'add "resize": [HEIGHT, WIDTH] to "dataset", or "resize": SIDE with "centerCrop": SIDE.';
  return new UserError(
    ['Images must have one height, width and number of channels, received:', ...lines, ...more],
    { hint, exitCode: exitCodes.data },
  );
}
