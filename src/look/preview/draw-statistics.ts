import { fitText, grey, renderText } from '../../drawing/svg-text.js';
import { renderNumber, renderRange, renderShare } from '../../text/quantities.js';
import type { ValueStatistics } from '../inspection/value-statistics.js';
import type { PreviewColumn } from './create-preview.js';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Red, green and blue that colour-blind readers tell apart (Okabe and Ito); then greys. */
function channelColours(channels: number): string[] {
  if (channels === 1) return ['#444444'];
  return Array.from({ length: channels }, (_, i) => ['#d55e00', '#009e73', '#0072b2'][i] ?? grey);
}

/** Any colours of SVG's. */
interface HistogramColours {
  readonly ground: string;
  /** Behind the values that are shown. */
  readonly shown: string;
  readonly axis: string;
  readonly channels: readonly string[];
}

/**
 * Draws one line a channel: the share of its values in each bin, by its square root, so that a peak leaves the rest
 * visible. The shown range is shaded; the ends of the axis are the lowest and highest value there is.
 */
export function drawHistogram(
  { statistics: { histogram }, shown }: Pick<PreviewColumn, 'statistics' | 'shown'>,
  { x, y, width, height }: Box,
  colours: HistogramColours,
): string {
  const { low, high, shares } = histogram;
  const place = (value: number) => x + ((value - low) / (high - low)) * width;
  const clamp = (value: number) => Math.min(Math.max(value, low), high);
  const [left, right] = [place(clamp(shown[0])), place(clamp(shown[1]))];
  const peak = Math.max(...shares.flat(), Number.MIN_VALUE);
  const lines = shares.map((bins, channel) => {
    const step = width / bins.length;
    const steps = bins.map((share, bin) => {
      const top = round(y + height - Math.sqrt(share / peak) * height);
      return `${bin === 0 ? `M${x} ` : 'V'}${top}H${round(x + (bin + 1) * step)}`;
    });
    return `<path d="${steps.join('')}" fill="none" stroke="${colours.channels[channel]}" stroke-width="1.5"/>`;
  });
  const bottom = y + height;
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colours.ground}"/>`,
    `<rect x="${round(left)}" y="${y}" width="${round(Math.max(right - left, 0))}" height="${height}" fill="${colours.shown}"/>`,
    ...lines,
    `<line x1="${x}" y1="${bottom}" x2="${x + width}" y2="${bottom}" stroke="${colours.axis}"/>`,
  ].join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const summaryWidth = 250;
const rangeWidth = 175;
const histogramWidth = 260;
const numberWidth = 76;
const channelWidth = 30;
const lineHeight = 17;
const numberNames = ['min', 'max', 'mean', 'std'] as const;

/** The width of the whole section. */
export const statisticsWidth =
  summaryWidth + rangeWidth + histogramWidth + 24 + channelWidth + numberNames.length * numberWidth;

/** Returns the height of one place's row. */
function rowHeight({ statistics }: PreviewColumn): number {
  return Math.max(4, statistics.channels.length) * lineHeight + 26;
}

/** Draws one row for each place: the stage, the shown range and what lies outside, the histogram, the numbers. */
export function drawStatistics(
  columns: readonly PreviewColumn[],
  at: { readonly x: number; readonly y: number },
): { readonly svg: string; readonly height: number } {
  let y = at.y + 22;
  const parts = [drawHeader(columns, at)];
  for (const column of columns) {
    parts.push(
      `<line x1="${at.x}" y1="${y}" x2="${at.x + statisticsWidth}" y2="${y}" stroke="#d9d9d6"/>`,
      drawRow(column, { x: at.x, y }),
    );
    y += rowHeight(column);
  }
  return { svg: parts.join(''), height: y - at.y };
}

function drawHeader(columns: readonly PreviewColumn[], { x, y }: { x: number; y: number }): string {
  const style = { y: y + 12, size: 12, colour: grey, weight: 600 } as const;
  const count = columns[0]?.statistics.imageCount ?? 0;
  const histogramX = x + summaryWidth + rangeWidth;
  const numbers = histogramX + histogramWidth + 24 + channelWidth;
  return [
    renderText(`values of ${count} training images`, { ...style, x }),
    renderText('shown from black to white', { ...style, x: x + summaryWidth }),
    renderText('histogram, square-root scale', { ...style, x: histogramX }),
    ...numberNames.map((name, index) =>
      renderText(name, { ...style, x: numbers + (index + 1) * numberWidth, anchor: 'end' }),
    ),
  ].join('');
}

function drawRow(column: PreviewColumn, { x, y }: { x: number; y: number }): string {
  const top = y + 22;
  const histogram = {
    x: x + summaryWidth + rangeWidth,
    y: y + 10,
    width: histogramWidth,
    height: rowHeight(column) - 36,
  };
  return [
    drawSummary(column, { x, y: top }),
    drawRange(column, { x: x + summaryWidth, y: top }),
    drawHistogram(column, histogram, {
      ground: '#f4f4f2',
      shown: '#dfe5ec',
      axis: grey,
      channels: channelColours(column.statistics.channels.length),
    }),
    drawEnds(column.statistics, histogram),
    drawNumbers(column, { x: histogram.x + histogramWidth + 24, y: top }),
  ].join('');
}

function drawEnds({ histogram: { low, high } }: ValueStatistics, { x, y, width, height }: Box) {
  const label = { y: y + height + 13, size: 11, colour: grey } as const;
  return [
    renderText(renderNumber(low), { ...label, x }),
    renderText(renderNumber(high), { ...label, x: x + width, anchor: 'end' }),
  ].join('');
}

function drawSummary(column: PreviewColumn, at: { x: number; y: number }): string {
  const [first = '', ...others] = fitText(column.summary, 13, {
    width: summaryWidth - 16,
    most: 3,
  });
  const { height, width, channels } = column.shape;
  const runs = column.when === 'train' ? 'training images only' : 'all images';
  const notes = `${runs}, ${height} x ${width} x ${channels}`;
  return [
    renderText(first, { ...at, size: 13, weight: 600 }),
    ...others.map((line, index) =>
      renderText(line, { x: at.x, y: at.y + (index + 1) * lineHeight, size: 13, weight: 600 }),
    ),
    renderText(notes, {
      x: at.x,
      y: at.y + (others.length + 1) * lineHeight,
      size: 12,
      colour: grey,
    }),
  ].join('');
}

/** Says how much lies outside of what is shown: "31 % above"; nothing where nothing does. */
export function renderOutside({
  aboveShare,
  belowShare,
  notFiniteShare,
}: ValueStatistics): string[] {
  const outside = [
    { share: aboveShare, text: 'above' },
    { share: belowShare, text: 'below' },
    { share: notFiniteShare, text: 'not a number' },
  ].filter(({ share }) => share > 0);
  return outside.map(({ share, text }) => `${renderShare(share)} ${text}`);
}

function drawRange({ shown, statistics }: PreviewColumn, at: { x: number; y: number }): string {
  const lines = renderOutside(statistics);
  return [
    renderText(renderRange(shown), { ...at, size: 13 }),
    ...(lines.length > 0 ? lines : ['nothing outside']).map((line, index) =>
      renderText(line, {
        x: at.x,
        y: at.y + (index + 1) * lineHeight,
        size: 12,
        ...(lines.length > 0 ? { weight: 600, colour: '#9a3d00' } : { colour: grey }),
      }),
    ),
  ].join('');
}

function drawNumbers({ statistics }: PreviewColumn, at: { x: number; y: number }): string {
  const { channels } = statistics;
  const colours = channelColours(channels.length);
  return channels
    .flatMap((channel, index) => {
      const y = at.y + index * lineHeight;
      return [
        renderText(channelName(index, channels.length), {
          x: at.x,
          y,
          size: 13,
          weight: 600,
          ...(colours[index] && { colour: colours[index] }),
        }),
        ...numberNames.map((name, place) =>
          renderText(renderNumber(channel[name]), {
            x: at.x + channelWidth + (place + 1) * numberWidth,
            y,
            size: 13,
            anchor: 'end',
          }),
        ),
      ];
    })
    .join('');
}

function channelName(index: number, channels: number): string {
  return channels === 3 ? (['R', 'G', 'B'][index] ?? '') : String(index + 1);
}
