import type { Spread } from './statistics.js';

/** Renders seconds with the unit that suits them: "11.9 ms", "3.42 s". */
export function renderSeconds(seconds: number): string {
  return seconds < 1 ? `${renderDigits(seconds * 1000)} ms` : `${renderDigits(seconds)} s`;
}

/** Renders the median and, of more than one sample, the ends: "11.9 ms (11.5 ms–12.6 ms)". */
export function renderSpread(spread: Spread, render: (value: number) => string): string {
  const { median, min, max, count } = spread;
  return count === 1 ? render(median) : `${render(median)} (${render(min)}–${render(max)})`;
}

/** Renders how many times as fast: "1.62". */
export function renderRatio(ratio: number): string {
  return ratio.toFixed(2);
}

/** Renders a share as a change: 0.302 is "+30 %". */
export function renderChange(change: number): string {
  const percent = Math.round(change * 100);
  return `${percent > 0 ? '+' : ''}${percent === 0 ? 0 : percent} %`;
}

export function renderMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** Three digits that count: 0.0123, 1.23, 12.3, 1234. */
function renderDigits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
