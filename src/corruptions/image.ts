/** Shape of the images of a set. */
export interface PixelShape {
  readonly height: number;
  readonly width: number;
  /** 1 for grey, 3 for red, green and blue. */
  readonly channels: number;
}

/** One image as bytes. Shape: [H, W, C]. */
export interface PixelImage extends PixelShape {
  readonly pixels: Uint8Array;
}

/** Values between bytes: 0..1 wherever a corruption computes with them. Shape: [H, W, C]. */
export type Values = Float64Array | Float32Array;

export function valueCount({ height, width, channels }: PixelShape): number {
  return height * width * channels;
}

const units = Float64Array.from({ length: 256 }, (_, value) => value / 255);

/** Returns x / 255. */
export function toUnit({ pixels }: Pick<PixelImage, 'pixels'>): Float64Array {
  const values = new Float64Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = units[pixels[i] as number] as number;
  return values;
}

/** Returns x / 255 in float32. */
export function toUnit32({ pixels }: Pick<PixelImage, 'pixels'>): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = units[pixels[i] as number] as number;
  return values;
}

/** Clips to 0..1 and makes bytes as the reference does it, by leaving out what comes after the point. */
export function toBytes(values: Values): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = clip(values[i] as number) * 255;
  return bytes;
}

/** As {@link toBytes} where the product is rounded to float32 before. */
export function float32ToBytes(values: Values): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.fround(clip(values[i] as number) * 255);
  return bytes;
}

function clip(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** Returns the place inside of a border that mirrors without its edge pixel: d c b | a b c d | c b a. */
export function reflect(at: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const place = ((at % period) + period) % period;
  return place < length ? place : period - place;
}

/** Returns the place inside of a border that mirrors with its edge pixel: c b a | a b c d | d c b. */
export function mirror(at: number, length: number): number {
  const period = 2 * length;
  const place = ((at % period) + period) % period;
  return place < length ? place : period - 1 - place;
}

/** Returns the nearest place inside. */
export function clamp(at: number, length: number): number {
  return Math.min(length - 1, Math.max(0, at));
}
