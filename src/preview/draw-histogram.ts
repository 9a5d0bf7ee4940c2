import { renderValue } from '../inspection/render-number.js';
import type { ValueStatistics } from '../inspection/value-statistics.js';
import type { ValueRange } from '../stages/stage.js';
import { grey, renderText } from './svg-text.js';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Red, green and blue that colour-blind readers tell apart (Okabe and Ito); then greys. */
export function channelColours(channels: number): string[] {
  if (channels === 1) return ['#444444'];
  return Array.from({ length: channels }, (_, i) => ['#d55e00', '#009e73', '#0072b2'][i] ?? grey);
}

/**
 * Draws one line a channel: the share of its values in each bin, by its square root, so that a peak leaves the rest
 * visible. The shown range is shaded; the ends of the axis are the lowest and highest value there is.
 */
export function drawHistogram(
  { histogram }: ValueStatistics,
  shown: ValueRange,
  { x, y, width, height }: Box,
): string {
  const { low, high, shares } = histogram;
  const place = (value: number) => x + ((value - low) / (high - low)) * width;
  const clamp = (value: number) => Math.min(Math.max(value, low), high);
  const [left, right] = [place(clamp(shown[0])), place(clamp(shown[1]))];
  const peak = Math.max(...shares.flat(), Number.MIN_VALUE);
  const colours = channelColours(shares.length);
  const lines = shares.map((bins, channel) => {
    const step = width / bins.length;
    const corners = bins.flatMap((share, bin) => {
      const top = round(y + height - Math.sqrt(share / peak) * height);
      return [`${round(x + bin * step)},${top}`, `${round(x + (bin + 1) * step)},${top}`];
    });
    return `<polyline points="${corners.join(' ')}" fill="none" stroke="${colours[channel]}" stroke-width="1.5"/>`;
  });
  const bottom = y + height;
  const label = { y: bottom + 13, size: 11, colour: grey } as const;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#f4f4f2"/>`,
    `<rect x="${round(left)}" y="${y}" width="${round(Math.max(right - left, 0))}" height="${height}" fill="#dfe5ec"/>`,
    ...lines,
    `<line x1="${x}" y1="${bottom}" x2="${x + width}" y2="${bottom}" stroke="${grey}"/>`,
    renderText(renderValue(low), { ...label, x }),
    renderText(renderValue(high), { ...label, x: x + width, anchor: 'end' }),
  ].join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
