// Loaded with NODE_OPTIONS=--import=...: in a trial's process, writes a line of JSON to WATCH_LOG each time that a
// checkpoint has got its name: what the process holds, and what lies in the checkpoints' folder.
import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { dirname, join } from 'node:path';

const files = createRequire(import.meta.url)('node:fs/promises');
const { rename } = files;

function sizeOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}

if (process.argv[1]?.endsWith('trial-process/child.js')) {
  files.rename = async (from, to) => {
    await rename(from, to);
    if (!/\/epoch-\d+-step-\d+$/.test(to)) return;
    const folder = dirname(to);
    const line = {
      path: to,
      tensors: globalThis._tfengine?.memory().numTensors,
      residentBytes: process.memoryUsage.rss(),
      openFiles: readdirSync('/proc/self/fd').length,
      folders: readdirSync(folder).length,
      bytes: sizeOf(folder),
    };
    appendFileSync(process.env.WATCH_LOG, `${JSON.stringify(line)}\n`);
  };
  syncBuiltinESMExports();
}
