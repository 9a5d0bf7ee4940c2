import type { LabelledImages } from './labelled-images.js';

/** What a training must know of a data set before it sees an image. */
export interface DatasetFacts {
  /** As people call it: "CIFAR-10". */
  readonly title: string;
  readonly shape: { readonly height: number; readonly width: number; readonly channels: number };
  /** Images of the whole data set. */
  readonly counts: { readonly train: number; readonly test: number };
  /** The classes in the order of their labels. */
  readonly classNames: readonly string[];
  /** In hex: of each published file, or of all pixels and labels. */
  readonly sha256: Readonly<Record<string, string>>;
}

/** What the hash of images of the user's own stands under. */
export const ownHashName = 'images and labels';

/** A whole data set: in memory, or in files of decoded images. */
export interface Dataset {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  /** As in its facts. */
  readonly sha256: Readonly<Record<string, string>>;
}
