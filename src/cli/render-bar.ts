/** What the numbers of a bar count. */
export type Unit = 'bytes' | 'files' | 'steps';

export interface BarState {
  readonly label: string;
  readonly unit: Unit;
  readonly done: number;
  readonly total: number | undefined;
}

const barWidth = 24;

/** Returns one line: label, bar, share, amount and time left; without a known total label, amount and time. */
export function renderBar(
  state: BarState,
  { width, elapsedSeconds }: { readonly width: number; readonly elapsedSeconds: number },
): string {
  const share = shareOf(state);
  if (share === undefined) {
    return `${state.label}  ${renderResult(state, Math.floor(elapsedSeconds))}`.slice(0, width);
  }
  const full = Math.floor(share * barWidth);
  const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  const left = renderTimeLeft(share, elapsedSeconds);
  return `${state.label}  ${bar} ${percent} %  ${renderAmount(state)}${left}`.slice(0, width);
}

/** Returns the amount and the time, such as "139.0 MB, 3.1 s"; only the time where nothing can be counted. */
export function renderResult(state: Omit<BarState, 'label'>, elapsedSeconds: number): string {
  const time = `${Number(elapsedSeconds.toFixed(1))} s`;
  const countsNothing = state.done === 0 && state.total === undefined;
  return countsNothing ? time : `${renderAmount(state)}, ${time}`;
}

/** Returns what is done, such as "12.5 of 139.0 MB" or "2 of 6 files". */
function renderAmount({ unit, done, total }: Omit<BarState, 'label'>): string {
  const [shown, name] = unit === 'bytes' ? [megabytes, 'MB'] : [String, unit];
  return total === undefined
    ? `${shown(done)} ${name}`
    : `${shown(done)} of ${shown(total)} ${name}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function shareOf({ done, total }: BarState): number | undefined {
  return total ? Math.min(1, Math.max(0, done / total)) : undefined;
}

/** The first second and the first percent say nothing about the rest. */
function renderTimeLeft(share: number, elapsedSeconds: number): string {
  if (elapsedSeconds < 1 || share < 0.01 || share === 1) return '';
  const seconds = Math.ceil((elapsedSeconds * (1 - share)) / share);
  if (seconds < 60) return `  ${seconds} s left`;
  return `  ${Math.floor(seconds / 60)} min ${seconds % 60} s left`;
}
