import { readFile } from 'node:fs/promises';
import { renderCountOf, renderNames } from '../../../text/quantities.js';
import { createDataError } from '../data-error.js';
import type { FileFormat, OpenedSource, SourceImage } from '../file-format.js';
import { assignParts, type Part } from '../parts.js';
import { listFiles, type SourceFile } from '../source-files.js';

/** Endings of images that can be decoded. */
const imageEndings = ['.png', '.jpg', '.jpeg', '.webp'];

/** Reads an encoded image when it is to be decoded; one of this size is no image of a data set. */
const largestFileBytes = 256 * 1024 * 1024;

export function isImageName(name: string): boolean {
  return imageEndings.some((ending) => name.toLowerCase().endsWith(ending));
}

/** Returns the bytes of an image file, read only when they are wanted. */
export function loadFile({ path, size, name }: SourceFile): { load(): Promise<Uint8Array> } {
  return {
    async load() {
      if (size <= largestFileBytes) return readFile(path);
      throw createDataError(`"${name}" has ${size} bytes: that is no image.`, 'take it out.');
    },
  };
}

/** class/image.jpg, or train/class/image.jpg and test/class/image.jpg. */
export const folder: FileFormat = {
  name: 'folder',
  async list(root) {
    if (!root.isFolder) {
      throw createDataError(
        `dataset.path "${root.written}" must be a folder with one folder a class, received a file.`,
      );
    }
    return listFiles(root);
  },
  async open(files): Promise<OpenedSource> {
    const images = files.filter(({ name }) => isImageName(name));
    const others = files.filter(({ name }) => !isImageName(name)).map(({ name }) => name);
    const parts = assignFolders(images);
    const placed = images.flatMap((file) => placeImage(file, parts));
    return {
      count: placed.length,
      images: placed,
      notes: [...noteOthers(others), ...noteLeftOut(images.length - placed.length)],
    };
  },
};

/** Folders at the top are parts where there is one for training and one for test; else they are classes. */
function assignFolders(images: readonly SourceFile[]): ReadonlyMap<string, Part> | undefined {
  const tops = [...new Set(images.map(({ name }) => name.split('/')[0] ?? ''))];
  const exact = tops.filter((top) => /^(train(ing)?|test(ing)?|val(id(ation)?)?|dev)$/i.test(top));
  return exact.length >= 2 && exact.length === tops.length ? assignParts(tops, '.') : undefined;
}

function placeImage(file: SourceFile, parts: ReadonlyMap<string, Part> | undefined): SourceImage[] {
  const steps = file.name.split('/');
  const part = parts ? parts.get(steps[0] ?? '') : 'all';
  if (part === undefined) return [];
  const [label, ...rest] = parts ? steps.slice(1) : steps;
  if (label === undefined || rest.length === 0) {
    throw createDataError(
      `"${file.name}" lies in no folder of a class.`,
      'put each image into a folder with the name of its class: cat/1.jpg.',
    );
  }
  return [{ place: file.name, part, label, image: loadFile(file) }];
}

function noteOthers(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `${renderCountOf(names.length, 'file')} left out, no image by the ending: ${renderNames(names)}.`,
  ];
}

function noteLeftOut(count: number): string[] {
  return count === 0
    ? []
    : [`${renderCountOf(count, 'validation image')} left out beside the test images.`];
}
