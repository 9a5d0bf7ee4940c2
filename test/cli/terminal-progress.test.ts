import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTerminalProgress } from '../../src/cli/terminal-progress.js';

beforeEach(() => vi.stubEnv('TERM', 'xterm-256color'));
afterEach(() => vi.unstubAllEnvs());

/** A stream that keeps what is written, as a terminal or as a file. */
function createStream(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

describe('where it is not a terminal', () => {
  test('writes a line when a task starts and one when it ends, and no more', async () => {
    const { stream, text } = createStream(false);
    const progress = createTerminalProgress(stream);
    const task = progress.start('Fetching', { unit: 'bytes', total: 2_000_000 });
    for (let done = 0; done <= 2_000_000; done += 1000) task.update(done);
    progress.note('A note.');
    task.stop();
    task.stop();
    await sleep(10);
    expect(text()).toMatch(/^Fetching \.\.\.\nA note\.\nFetching: 2\.0 of 2\.0 MB, [\d.]+ s\n$/);
  });

  test('takes a dumb terminal for none', async () => {
    vi.stubEnv('TERM', 'dumb');
    const { stream, text } = createStream(true);
    createTerminalProgress(stream).start('Fetching', { unit: 'files' }).stop();
    await sleep(10);
    expect(text()).toMatch(/^Fetching \.\.\.\nFetching: [\d.]+ s\n$/);
  });
});

describe('on a terminal', () => {
  test('draws a bar, learns the total late and removes the bar at the end', async () => {
    const { stream, text } = createStream(true);
    const task = createTerminalProgress(stream).start('Fetching', { unit: 'bytes' });
    task.update(1_000_000, 4_000_000);
    await sleep(250);
    expect(text()).toContain('Fetching  ██████░░░░░░░░░░░░░░░░░░  25 %  1.0 of 4.0 MB');
    task.stop();
    await sleep(10);
    // The last thing is to clear everything below the cursor.
    expect(text().endsWith('\u001b[0J')).toBe(true);
    const length = text().length;
    await sleep(250);
    expect(text()).toHaveLength(length);
  });

  test('keeps notes that are made while a bar is shown', async () => {
    const { stream, text } = createStream(true);
    const progress = createTerminalProgress(stream);
    const task = progress.start('Fetching', { unit: 'files', total: 2 });
    progress.note('During.');
    task.stop();
    progress.note('After.');
    await sleep(10);
    expect(stripVTControlCharacters(text())).toContain('During.\n');
    expect(text().endsWith('After.\n')).toBe(true);
  });

  test('shows two bars and keeps one when the other ends', async () => {
    const { stream, text } = createStream(true);
    const progress = createTerminalProgress(stream);
    const first = progress.start('First', { unit: 'files', total: 2 });
    const second = progress.start('Second', { unit: 'files', total: 2 });
    await sleep(250);
    first.stop();
    const before = text().length;
    second.update(1);
    await sleep(250);
    const after = text().slice(before);
    expect(after).toContain('Second');
    expect(after).not.toContain('First');
    second.stop();
  });

  test('uses no colours and changes no setting of the terminal', async () => {
    const { stream, text } = createStream(true);
    const task = createTerminalProgress(stream).start('Fetching', { unit: 'files', total: 2 });
    await sleep(250);
    task.stop();
    await sleep(10);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for.
    expect(text()).not.toMatch(/\u001b\[[\d;]*m|\u001b\[\?/);
  });

  test('leaves Ctrl-C to the program', () => {
    const { stream } = createStream(true);
    const before = process.listenerCount('SIGINT');
    const task = createTerminalProgress(stream).start('Fetching', { unit: 'files', total: 2 });
    expect(process.listenerCount('SIGINT')).toBe(before);
    task.stop();
  });
});
