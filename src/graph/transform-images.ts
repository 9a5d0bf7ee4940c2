import { attribute, runKernel } from './native-backend.js';
import { hasOwnKernels } from './own-kernels.js';
import { gather } from './resident.js';
import { type Tensor, type Tensor4D, tensorflow } from './tensorflow.js';

/** As the kernel counts them. */
const fillModes = ['constant', 'reflect', 'wrap', 'nearest'] as const;
export type FillMode = (typeof fillModes)[number];
export type Interpolation = 'bilinear' | 'nearest';

/** How an image is read between its pixels and outside of its borders. */
export interface Sampling {
  readonly fillMode: FillMode;
  /** Read outside of the image where `fillMode` is "constant"; without effect in the other modes. */
  readonly fillValue: number;
  readonly interpolation: Interpolation;
}

/**
 * Resamples each image through its own projective map from output to input pixels.
 * Shape: images float32 [N, H, W, C]; transforms float32 [N, 8], rows [a0, a1, a2, b0, b1, b2, c0, c1].
 * Formula: k = c0 x + c1 y + 1; output(x, y) = input((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k).
 * Source: TensorFlow's ImageProjectiveTransformV3, for which TensorFlow.js has no function; prep-lab's kernel gives the same,
 * bit for bit.
 */
export function transformImages(
  images: Tensor4D,
  transforms: Tensor,
  sampling: Sampling,
): Tensor4D {
  if (!hasOwnKernels()) return composedTransformImages(images, transforms, sampling);
  const { fillMode, fillValue, interpolation } = sampling;
  return runKernel({
    name: 'PrepLabTransform',
    attributes: {
      T: attribute.type('float32'),
      fill_mode: attribute.float(fillModes.indexOf(fillMode)),
      fill_value: attribute.float(fillValue),
      is_bilinear: attribute.float(interpolation === 'bilinear' ? 1 : 0),
    },
    inputs: [images, transforms],
  }) as Tensor4D;
}

/** {@link transformImages} by TensorFlow's own op. */
export function composedTransformImages(
  images: Tensor4D,
  transforms: Tensor,
  { fillMode, fillValue, interpolation }: Sampling,
): Tensor4D {
  const tf = tensorflow();
  const [, height, width] = images.shape;
  return tf.tidy(
    () =>
      runKernel({
        name: 'ImageProjectiveTransformV3',
        attributes: {
          dtype: attribute.type('float32'),
          interpolation: attribute.text(interpolation.toUpperCase()),
          fill_mode: attribute.text(fillMode.toUpperCase()),
        },
        inputs: [images, transforms, tf.tensor1d([height, width], 'int32'), tf.scalar(fillValue)],
      }) as Tensor4D,
  );
}

/** Where each pixel of an image is read, in pixels. Shape: each float32 [N, H, W]. */
export interface Places {
  readonly columns: Tensor;
  readonly rows: Tensor;
}

/**
 * Reads each pixel of each image at a place of its own; outside lies `fillValue`, blended with the edge.
 * Shape: float32 [N, H, W, C] to the same. Nearest rounds half to even.
 */
export function warpImages(
  images: Tensor4D,
  { columns, rows }: Places,
  { fillValue, interpolation }: Omit<Sampling, 'fillMode'>,
): Tensor4D {
  if (!hasOwnKernels())
    return composedWarpImages(images, { columns, rows }, { fillValue, interpolation });
  return runKernel({
    name: 'PrepLabWarp',
    attributes: {
      T: attribute.type('float32'),
      fill_value: attribute.float(fillValue),
      is_bilinear: attribute.float(interpolation === 'bilinear' ? 1 : 0),
    },
    inputs: [images, columns, rows],
  }) as Tensor4D;
}

/** {@link warpImages} of TensorFlow's own ops. */
export function composedWarpImages(
  images: Tensor4D,
  { columns, rows }: Places,
  { fillValue, interpolation }: Omit<Sampling, 'fillMode'>,
): Tensor4D {
  const tf = tensorflow();
  const [count, height, width, channels] = images.shape;
  return tf.tidy(() => {
    // A border as wide as an interpolation reads beyond a place just outside.
    const padded = images.pad(
      [
        [0, 0],
        [1, 2],
        [1, 2],
        [0, 0],
      ],
      fillValue,
    );
    const size = (height + 3) * (width + 3);
    const flat = padded.reshape([count * size, channels]);
    const starts = tf.range(0, count, 1, 'int32').mul<Tensor>(tf.scalar(size, 'int32'));
    const read = (row: Tensor, column: Tensor): Tensor4D => {
      const place = row
        .mul(width + 3)
        .add(column)
        .cast('int32');
      return gather(flat, place.add(starts.reshape([count, 1, 1])), 'float32') as Tensor4D;
    };
    const inBorder = (places: Tensor, last: number) => places.clipByValue(-1, last).add(1);
    if (interpolation === 'nearest') {
      return read(inBorder(rows.round(), height), inBorder(columns.round(), width));
    }
    const [x, y] = [inBorder(columns, width), inBorder(rows, height)];
    const [left, top] = [x.floor(), y.floor()];
    const mix = (one: Tensor4D, other: Tensor4D, share: Tensor): Tensor4D =>
      one.add(other.sub(one).mul(share.expandDims(3)));
    const [right, bottom] = [left.add(1), top.add(1)];
    const above = mix(read(top, left), read(top, right), x.sub(left));
    const below = mix(read(bottom, left), read(bottom, right), x.sub(left));
    return mix(above, below, y.sub(top));
  });
}

/**
 * Takes from `whenTrue` where a flag is set, else from `whenFalse`: whole images, or value by value.
 * Shape: flags bool, [N] or that of the images; both image tensors float32 of one shape, [N, ...].
 * Source: TensorFlow's Select, which needs no flags of the images' size, as TensorFlow.js' `where` would make.
 */
export function selectImages<Images extends Tensor>(
  flags: Tensor,
  whenTrue: Images,
  whenFalse: Images,
): Images {
  return runKernel({
    name: 'Select',
    attributes: { T: attribute.type('float32') },
    inputs: [flags, whenTrue, whenFalse],
  }) as Images;
}

/** How images are read at another size. */
export interface Resizing {
  readonly interpolation: Interpolation | 'bicubic';
  /** Whether each pixel of a smaller image is a mean of all that it stands for; not with "nearest". */
  readonly antialias: boolean;
}

/**
 * Resizes images with half-pixel centres, as `tf.image.resize` does.
 * Shape: float32 [N, H, W, C] to float32 [N, height, width, C].
 * Source: Keys 1981 for "bicubic", with his a = -1/2; what lies outside of the image counts for nothing.
 */
export function resizeImages(
  images: Tensor4D,
  { height, width }: { readonly height: number; readonly width: number },
  { interpolation, antialias }: Resizing,
): Tensor4D {
  const tf = tensorflow();
  const size: [number, number] = [height, width];
  const [, ownHeight, ownWidth] = images.shape;
  const T = attribute.type('float32');
  if (interpolation === 'nearest') {
    return tf.image.resizeNearestNeighbor(images, size, false, true);
  }
  if (antialias) {
    const scale = tf.tensor1d([height / ownHeight, width / ownWidth]);
    return runKernel({
      name: 'ScaleAndTranslate',
      attributes: {
        T,
        kernel_type: attribute.text(interpolation === 'bicubic' ? 'keyscubic' : 'triangle'),
        antialias: attribute.bool(true),
      },
      inputs: [images, tf.tensor1d(size, 'int32'), scale, tf.zeros([2])],
    }) as Tensor4D;
  }
  if (interpolation === 'bilinear') return tf.image.resizeBilinear(images, size, false, true);
  return runKernel({
    name: 'ResizeBicubic',
    attributes: {
      T,
      align_corners: attribute.bool(false),
      half_pixel_centers: attribute.bool(true),
    },
    inputs: [images, tf.tensor1d(size, 'int32')],
  }) as Tensor4D;
}
