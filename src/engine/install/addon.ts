import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress } from '../../progress.js';
import { commonFlags, compile, linkFlags, runPath } from './compile.js';
import type { Compiler } from './compiler.js';
import { engineFolder, frameworkLibrary, isFile, type Libraries } from './libraries.js';
import { placeFolder } from './place-folder.js';

/** The compiled native side: TensorFlow.js' addon, and a filter that keeps TensorFlow's log to the level asked for. */
export interface Addon {
  readonly addonPath: string;
  readonly logFilterPath: string;
}

const require = createRequire(import.meta.url);
/** The same from src/ and from dist/. */
const logFilterSource = fileURLToPath(
  new URL('../../../src/engine/native/log-filter.cc', import.meta.url),
);

/** Returns the addon for these libraries if it is compiled already. */
export async function findAddon(libraries: Libraries): Promise<Addon | undefined> {
  const addon = addonIn(await addonFolder(libraries));
  const there = (await isFile(addon.addonPath)) && (await isFile(addon.logFilterPath));
  return there ? addon : undefined;
}

/**
 * Compiles the addon of @tensorflow/tfjs-node-gpu against the libraries and places it beside them, about 9 s.
 * It uses Node-API 8, so one build serves Node 20, 22 and 24.
 * @throws UserError (engine) if the compiler refuses it.
 */
export async function installAddon(
  libraries: Libraries,
  { compiler, progress }: { readonly compiler: Compiler; readonly progress: Progress },
): Promise<Addon> {
  progress.note(`Compiling the engine's addon with ${compiler.program} (about 10 s)`);
  const place = await addonFolder(libraries);
  await placeFolder(place, async (folder) => {
    const addon = addonIn(folder);
    await compile(compiler, [logFilterSource, '-o', addon.logFilterPath]);
    await compile(compiler, [...addonArguments(libraries), '-o', addon.addonPath]);
  });
  return addonIn(place);
}

function addonIn(folder: string): Addon {
  return {
    addonPath: join(folder, 'tfjs_binding.node'),
    logFilterPath: join(folder, 'log-filter.node'),
  };
}

/** The name holds the hash of all that goes into the addon: another version of any part is another folder. */
async function addonFolder(libraries: Libraries): Promise<string> {
  const { version } = require('@tensorflow/tfjs-node-gpu/package.json') as { version: string };
  const hash = createHash('sha256');
  hash.update(
    JSON.stringify([version, libraries.identity, runPath(libraries), commonFlags, process.arch]),
  );
  hash.update(await readFile(logFilterSource));
  return join(engineFolder(), `addon-${hash.digest('hex').slice(0, 12)}`);
}

function addonArguments(libraries: Libraries): string[] {
  const source = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  return [
    `-I${join(source, 'binding')}`,
    `-I${source}`,
    join(source, 'binding', 'tfjs_backend.cc'),
    join(source, 'binding', 'tfjs_binding.cc'),
    ...linkFlags(libraries, [libraries.mainLibrary, frameworkLibrary]),
  ];
}
