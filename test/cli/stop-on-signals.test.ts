import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.js';

const module = fileURLToPath(new URL('../../dist/cli/stop-on-signals.js', import.meta.url));

/** Starts a process that listens, and sends it a signal for each line that it prints. Returns how it ended. */
async function send(signals: readonly NodeJS.Signals[], { begins }: { readonly begins: boolean }) {
  const program = join(await temporaryFolder(), 'program.mjs');
  await writeFile(
    program,
    `import { stopOnSignals } from ${JSON.stringify(module)};
const stop = stopOnSignals(() => console.log('first'));
if (${begins}) stop.begin();
stop.aborted.addEventListener('abort', () => console.log('aborted', stop.exitCode()));
console.log('ready');
setTimeout(() => process.exit(stop.exitCode() ?? 1), 3_000);
`,
  );
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const queue = [...signals];
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (/(ready|aborted \d+)\n$/.test(text)) child.kill(queue.shift());
  });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, printed };
}

test('Before the run has begun, a signal ends the process at once', async () => {
  expect(await send(['SIGINT'], { begins: false })).toEqual({ exitCode: 130, printed: 'ready\n' });
  expect(await send(['SIGTERM'], { begins: false })).toEqual({ exitCode: 143, printed: 'ready\n' });
  expect(await send(['SIGHUP'], { begins: false })).toEqual({ exitCode: 129, printed: 'ready\n' });
});

test('Then the first asks for an orderly end, and the second ends it at once', async () => {
  expect(await send(['SIGINT', 'SIGINT'], { begins: true })).toEqual({
    exitCode: 130,
    printed: 'ready\nfirst\naborted 130\n',
  });
  expect(await send(['SIGTERM', 'SIGINT'], { begins: true })).toEqual({
    exitCode: 130,
    printed: 'ready\nfirst\naborted 143\n',
  });
});

test('A closed terminal may send its signal twice: the second changes nothing', async () => {
  expect(await send(['SIGHUP', 'SIGHUP'], { begins: true })).toEqual({
    exitCode: 129,
    printed: 'ready\nfirst\naborted 129\n',
  });
});
