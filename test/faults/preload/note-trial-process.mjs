// Loaded with NODE_OPTIONS=--import=...: each process that is started for trials adds its number to PROCESS_LOG, a line each.
import { appendFileSync } from 'node:fs';

if (process.argv[1]?.endsWith('trial-process/child.js'))
  appendFileSync(process.env.PROCESS_LOG, `${process.pid}\n`);
