/** Renders a value with four digits: "125.3", "-1.989", "0.004902". */
export function renderValue(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '-';
}

/** Renders a share as percent: "12 %", "0.4 %", "< 0.1 %". */
export function renderShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent < 100 && percent > 99.9) return '> 99.9 %';
  return `${Number(percent.toFixed(percent < 10 || percent > 99 ? 1 : 0))} %`;
}
