import { readFileSync } from 'node:fs';

const folder = new URL('../golden/torch/', import.meta.url);

export interface TorchTensor {
  readonly shape: readonly [number, number, number, number];
  readonly values: readonly number[];
}

/** One run of a case: what was done to which of the shared images. */
export interface TorchRun<Params> {
  readonly params: Params;
  /** Places in {@link torchImages}, or the tiny image. */
  readonly images: readonly number[] | 'tiny';
  /** Images of the run's own, in place of those. */
  readonly input?: TorchTensor;
  readonly output: TorchTensor;
}

export interface TorchCase<Params> {
  readonly params: Readonly<Record<string, unknown>>;
  readonly output: { readonly runs: readonly TorchRun<Params>[] };
}

/** Reads a file of test/golden/torch: what torch 2.13 and torchvision 0.28 gave with all random numbers injected. */
export function readTorch<Golden>(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Golden;
}

const shared = readTorch<{ input: { images: TorchTensor; tiny: TorchTensor } }>('images').input;

/** Returns images that the cases share: four of CIFAR-10's training images, or one of 3 x 5 pixels. */
export function torchImages(places: readonly number[] | 'tiny'): TorchTensor {
  if (places === 'tiny') return shared.tiny;
  const [, height, width, channels] = shared.images.shape;
  const size = height * width * channels;
  const values = places.flatMap((place) =>
    shared.images.values.slice(place * size, (place + 1) * size),
  );
  return { shape: [places.length, height, width, channels], values };
}

/** Returns the images of a run: its own or those that it shares. */
export function imagesOf({ images, input }: TorchRun<unknown>): TorchTensor {
  return input ?? torchImages(images);
}
