import cliProgress, { type MultiBar } from 'cli-progress';

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
export function widthOf(stream: NodeJS.WriteStream): number {
  return (stream.columns || 80) - 1;
}
