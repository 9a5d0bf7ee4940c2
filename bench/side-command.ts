import { fileURLToPath } from 'node:url';
import type { BenchContext } from './context.js';
import type { PeerName } from './peers/environment.js';
import { programFile, projectFile } from './project-file.js';
import type { Command } from './run-command.js';

/** Returns the command that runs the built prep-lab. */
export function cliCommand(parameters: readonly string[]): Command {
  return { program: process.execPath, arguments: [programFile, ...parameters] };
}

/** Returns the command of a side that is compiled with the benchmark. `file`: its name in sides/, without the ending. */
export function ourSide(file: string, request: object): Command {
  const script = fileURLToPath(new URL(`sides/${file}.js`, import.meta.url));
  return { program: process.execPath, arguments: [script, JSON.stringify(request)] };
}

/**
 * Returns the command of a side in Python. `file`: its name in peers/, without the ending.
 * @throws Error with the reason if the peer could not be installed.
 */
export function peerSide(
  { peers }: Pick<BenchContext, 'peers'>,
  name: PeerName,
  { file, request }: { readonly file: string; readonly request: object },
): Command {
  const peer = peers[name];
  if ('reason' in peer) throw new Error(peer.reason);
  const script = projectFile(`bench/peers/${file}.py`);
  return { program: peer.python, arguments: [script, JSON.stringify(request)] };
}
