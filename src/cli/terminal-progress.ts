import cliProgress, { type MultiBar, type SingleBar } from 'cli-progress';
import type { Progress, ProgressTask } from '../progress.js';
import { renderLine } from '../visible-text.js';

/** How bars are drawn. */
export interface BarsOptions<Payload> {
  /** Drawings a second, at most. */
  readonly fps: number;
  /** Renders a bar's line; what is too long for the terminal is cut. */
  render(payload: Payload, bar: { readonly startTime: number }): string;
}

/** Opens bars on a terminal; its settings stay untouched, so nothing is left to restore when the process is killed. */
export function openBars<Payload>(
  stream: NodeJS.WriteStream,
  { fps, render }: BarsOptions<Payload>,
): MultiBar {
  return new cliProgress.MultiBar({
    stream,
    fps,
    clearOnComplete: true,
    // Cut lines instead of switching the terminal's wrapping off.
    linewrap: true,
    // The handlers that this would install swallow the first Ctrl-C.
    gracefulExit: false,
    format: (_options, params, payload: Payload) =>
      render(payload, params).slice(0, widthOf(stream)),
  });
}

/** Returns how many characters a line may have so that the cursor does not move to the next one. */
function widthOf(stream: NodeJS.WriteStream): number {
  return (stream.columns || 80) - 1;
}

type StartOptions = Parameters<Progress['start']>[1];

/** What the numbers of a bar count. */
type Unit = StartOptions['unit'];

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

/**
 * Shows progress on a stream: bars on a terminal, elsewhere one plain line when a task starts and one when it ends.
 * No colours, so NO_COLOR holds by itself; the terminal's settings stay untouched, so nothing is left to restore
 * when the process is killed.
 */
export function createTerminalProgress(stream: NodeJS.WriteStream): Progress {
  const canRedraw = stream.isTTY && process.env.TERM !== 'dumb';
  return canRedraw ? createBars(stream) : createLines(stream);
}

function createBars(stream: NodeJS.WriteStream): Progress {
  const active = new Set<SingleBar>();
  let bars: MultiBar | undefined;
  const start = (label: string, options: StartOptions): ProgressTask => {
    bars ??= openProgressBars(stream);
    const owner = bars;
    const state: BarState = { label, unit: options.unit, done: 0, total: options.total };
    const bar = owner.create(1, 0, { state });
    active.add(bar);
    return {
      update(done, total) {
        Object.assign(state, { done, total: total ?? state.total });
      },
      stop() {
        if (!active.delete(bar)) return;
        owner.update();
        if (active.size > 0) return void owner.remove(bar);
        owner.stop();
        bars = undefined;
      },
    };
  };
  const note = (line: string) => {
    if (bars) bars.log(`${renderLine(line)}\n`);
    else stream.write(`${renderLine(line)}\n`);
  };
  return { start, note };
}

function openProgressBars(stream: NodeJS.WriteStream): MultiBar {
  return openBars<{ readonly state: BarState }>(stream, {
    fps: 10,
    render: ({ state }, { startTime }) =>
      renderBar(state, {
        width: widthOf(stream),
        elapsedSeconds: (Date.now() - startTime) / 1000,
      }),
  });
}

function createLines(stream: NodeJS.WriteStream): Progress {
  const start = (label: string, { unit, total }: StartOptions): ProgressTask => {
    const started = performance.now();
    const state = { done: 0, total };
    let running = true;
    stream.write(`${label} ...\n`);
    return {
      update(done, newTotal) {
        Object.assign(state, { done, total: newTotal ?? state.total });
      },
      stop() {
        if (!running) return;
        running = false;
        const elapsedSeconds = (performance.now() - started) / 1000;
        stream.write(`${label}: ${renderResult({ ...state, unit }, elapsedSeconds)}\n`);
      },
    };
  };
  return { start, note: (line) => stream.write(`${renderLine(line)}\n`) };
}
