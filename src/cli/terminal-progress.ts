import type { MultiBar, SingleBar } from 'cli-progress';
import type { Progress, ProgressTask } from '../progress.js';
import { renderLine } from '../visible-text.js';
import { openBars, widthOf } from './open-bars.js';
import { type BarState, renderBar, renderResult, type Unit } from './render-bar.js';

/**
 * Shows progress on a stream: bars on a terminal, elsewhere one plain line when a task starts and one when it ends.
 * No colours, so NO_COLOR holds by itself; the terminal's settings stay untouched, so nothing is left to restore
 * when the process is killed.
 */
export function createTerminalProgress(stream: NodeJS.WriteStream): Progress {
  const canRedraw = stream.isTTY && process.env.TERM !== 'dumb';
  return canRedraw ? createBars(stream) : createLines(stream);
}

interface StartOptions {
  readonly unit: Unit;
  readonly total?: number;
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
