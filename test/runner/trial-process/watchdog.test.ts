import { afterEach, expect, test, vi } from 'vitest';
import { createWatchdog } from '../../../src/runner/trial-process/watchdog.js';

afterEach(() => void vi.useRealTimers());

test('A watchdog barks once when nothing calms it for its time', () => {
  vi.useFakeTimers();
  const bark = vi.fn();
  const watchdog = createWatchdog(8, bark);
  vi.advanceTimersByTime(7900);
  watchdog.calm();
  vi.advanceTimersByTime(7900);
  expect(bark).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(bark).toHaveBeenCalledTimes(1);
});

test('A watchdog that was stopped is silent', () => {
  vi.useFakeTimers();
  const bark = vi.fn();
  createWatchdog(1, bark).stop();
  vi.advanceTimersByTime(60_000);
  expect(bark).not.toHaveBeenCalled();
});
