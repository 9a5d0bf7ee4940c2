// Loaded with node --import: ends the process with SIGKILL before its Nth change of the file system (KILL_AT_CALL), so
// that a test can die at each one in turn. FAIL_CALL=sync:EIO makes the first call of that name fail instead;
// STOP_AT_OPEN=name stops the process (SIGSTOP) before it opens a file of that name for the first time.

import { createRequire, syncBuiltinESMExports } from 'node:module';

const files = createRequire(import.meta.url)('node:fs/promises');
const killAt = Number(process.env.KILL_AT_CALL);
const [failing, code] = (process.env.FAIL_CALL ?? '').split(':');
let stopAt = process.env.STOP_AT_OPEN;
let calls = 0;

function watch(owner, name) {
  const original = owner[name];
  owner[name] = function watched(...parameters) {
    calls += 1;
    if (calls === killAt) process.kill(process.pid, 'SIGKILL');
    if (name === 'open' && stopAt && String(parameters[0]).endsWith(`/${stopAt}`)) {
      stopAt = undefined;
      process.kill(process.pid, 'SIGSTOP');
    }
    if (name === failing) {
      owner[name] = original;
      return Promise.reject(Object.assign(new Error(`${code}: injected`), { code, syscall: name }));
    }
    return original.apply(this, parameters);
  };
}

const handle = await files.open(process.execPath);
for (const name of ['writeFile', 'sync', 'utimes']) watch(Object.getPrototypeOf(handle), name);
await handle.close();
for (const name of ['open', 'mkdir', 'rename', 'rm', 'unlink']) watch(files, name);
syncBuiltinESMExports();
