import { computeMean, computeStandardDeviation } from '../statistics/mean.js';

/** What stands where there is no value. */
export const missing = '-';

/** Renders a rate from 0 to 1 as "65.47 %". */
export function renderPercent(rate: number, digits = 2): string {
  return `${(100 * rate).toFixed(digits)} %`;
}

/**
 * Renders the mean of rates with their standard deviation, "71.3 ± 0.4 %"; a single one as it is, "65.47 %". Without
 * digits it takes as many as the spread allows.
 */
export function renderAccuracies(rates: readonly number[], asked?: number): string {
  const deviation = computeStandardDeviation(rates);
  const mean = computeMean(rates);
  if (deviation === undefined) return renderPercent(mean, asked);
  // More digits than the spread has would say nothing.
  const digits = asked ?? (100 * deviation < 0.1 ? 2 : 1);
  return `${(100 * mean).toFixed(digits)} ± ${(100 * deviation).toFixed(digits)} %`;
}

/** Renders a difference of two rates in percentage points: "+1.31", "-0.20", "0.00". */
export function renderPoints(difference: number, digits = 2): string {
  const points = (100 * difference).toFixed(digits);
  if (Number(points) === 0) return (0).toFixed(digits);
  return difference > 0 ? `+${points}` : points;
}

/** Renders a whole number with its thousands parted: "50,000". */
export function renderCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** Made once: making one takes longer than a whole row. */
const epochFormat = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const smallFormat = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });

/** Renders epochs, which need not be whole: "10", "9.9", "0.0042". Only none is "0". */
export function renderEpochs(epochs: number): string {
  return (epochs < 0.01 ? smallFormat : epochFormat).format(epochs);
}

/** Renders the epochs of several trials, at least one: "10", or "42 to 50". */
export function renderEpochSpan(epochs: readonly number[]): string {
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)].map(renderEpochs);
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** Renders a number of things: "1 seed", "9.5 epochs", "12,300 steps". */
export function renderCountOf(count: number, noun: string): string {
  return `${renderEpochs(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Renders "4.2 s", "48 s", "2 min 41 s" or "1 h 5 min". */
export function renderDuration(durationSeconds: number): string {
  if (durationSeconds < 9.95) return `${durationSeconds.toFixed(1)} s`;
  const seconds = Math.round(durationSeconds);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Renders "raw", "raw and minmax" or "raw, minmax and zscore". */
export function renderList(texts: readonly string[], word = 'and'): string {
  const last = texts.at(-1) ?? '';
  return texts.length > 1 ? `${texts.slice(0, -1).join(', ')} ${word} ${last}` : last;
}

/** Names beyond this many are counted: a sweep has hundreds. */
const mostNames = 8;

/** Does the same with the first names only: "a, b, c, d, e, f, g and 93 more". */
export function renderNames(names: readonly string[], most = mostNames): string {
  if (names.length <= most) return renderList(names);
  const shown = names.slice(0, most - 1);
  return `${shown.join(', ')} and ${renderCount(names.length - shown.length)} more`;
}

/** Renders a share from 0 to 1 as "94 %", near the ends with a digit more: "3.2 %", "99.5 %", "< 0.1 %". */
export function renderShare(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent < 100 && percent > 99.9) return '> 99.9 %';
  return `${Number(percent.toFixed(percent < 10 || percent > 99 ? 1 : 0))} %`;
}

/** Renders a number with three digits: "0.0012", "3.14", "12,300", "7.81e-6"; "-" if it is none. */
export function renderNumber(value: number): string {
  if (!Number.isFinite(value)) return missing;
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return renderCount(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(2).replace(/\.?0+e/, 'e');
  if (size >= 1000) return renderCount(value);
  return `${Number(value.toPrecision(3))}`;
}

/** Renders a range of values: "0 to 255"; an infinite end means that only training shows it. */
export function renderRange([low, high]: readonly [low: number, high: number]): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'not known before training';
  return `${renderNumber(low)} to ${renderNumber(high)}`;
}
