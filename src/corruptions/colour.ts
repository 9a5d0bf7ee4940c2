import { at, defineCorruption } from './corruption.js';
import { toBytes, toUnit } from './image.js';

/** Formula: (x - m) c + m, m the mean of the channel. */
export const contrast = defineCorruption({
  name: 'contrast',
  family: 'digital',
  apply(image, severity) {
    const { channels } = image;
    const factor = at([0.75, 0.5, 0.4, 0.3, 0.15], severity);
    const values = toUnit(image);
    const means = new Float64Array(channels);
    values.forEach((value, index) => {
      means[index % channels] = (means[index % channels] as number) + value;
    });
    const count = values.length / channels;
    return toBytes(
      values.map((value, index) => {
        const mean = (means[index % channels] as number) / count;
        return (value - mean) * factor + mean;
      }),
    );
  },
});

/** Adds to the V of HSV; to grey itself. */
export const brightness = defineCorruption({
  name: 'brightness',
  family: 'weather',
  apply(image, severity) {
    const more = at([0.05, 0.1, 0.15, 0.2, 0.3], severity);
    const values = toUnit(image);
    if (image.channels === 1) return toBytes(values.map((value) => value + more));
    changeHsv(values, (hsv) => {
      hsv[2] = Math.min(1, (hsv[2] as number) + more);
    });
    return toBytes(values);
  },
});

/** Formula: S c + d in HSV. */
export const saturate = defineCorruption({
  name: 'saturate',
  family: 'digital',
  isHeldOut: true,
  needsColour: true,
  apply(image, severity) {
    const settings = [
      { factor: 0.3, more: 0 },
      { factor: 0.1, more: 0 },
      { factor: 1.5, more: 0 },
      { factor: 2, more: 0.1 },
      { factor: 2.5, more: 0.2 },
    ];
    const { factor, more } = at(settings, severity);
    const values = toUnit(image);
    changeHsv(values, (hsv) => {
      hsv[1] = Math.min(1, Math.max(0, (hsv[1] as number) * factor + more));
    });
    return toBytes(values);
  },
});

/** Changes each pixel as hue, saturation and value, in place. Shape: [..., 3]. Range: 0..1. */
function changeHsv(values: Float64Array, change: (hsv: Float64Array) => void): void {
  const hsv = new Float64Array(3);
  for (let at = 0; at < values.length; at += 3) {
    writeHsv(values, at, hsv);
    change(hsv);
    writeRgb(hsv, values, at);
  }
}

/** Source: skimage.color.rgb2hsv. */
function writeHsv(values: Float64Array, at: number, hsv: Float64Array): void {
  const red = values[at] as number;
  const green = values[at + 1] as number;
  const blue = values[at + 2] as number;
  const value = Math.max(red, green, blue);
  const range = value - Math.min(red, green, blue);
  let hue = 0;
  if (range > 0) {
    // Where two are the largest, the later one counts.
    if (blue === value) hue = 4 + (red - green) / range;
    else if (green === value) hue = 2 + (blue - red) / range;
    else hue = (green - blue) / range;
  }
  const turn = hue / 6;
  hsv[0] = turn - Math.floor(turn);
  hsv[1] = range === 0 ? 0 : range / value;
  hsv[2] = value;
}

/** Source: skimage.color.hsv2rgb. */
function writeRgb(hsv: Float64Array, values: Float64Array, at: number): void {
  const [hue, saturation] = [hsv[0] as number, hsv[1] as number];
  const value = hsv[2] as number;
  const sector = Math.floor(hue * 6);
  const part = hue * 6 - sector;
  const low = value * (1 - saturation);
  const falling = value * (1 - part * saturation);
  const rising = value * (1 - (1 - part) * saturation);
  const levels = [low, rising, value, value, falling, low] as const;
  values[at] = levels[(sector + 3) % 6] as number;
  values[at + 1] = levels[(sector + 1) % 6] as number;
  values[at + 2] = levels[(sector + 5) % 6] as number;
}
