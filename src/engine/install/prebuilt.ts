import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Progress } from '../../progress.js';
import { exitCodes, UserError } from '../../user-error.js';
import type { Device } from './device.js';
import type { InstalledEngine } from './engine.js';
import { isFile } from './libraries.js';
import { lastLine, runProgram } from './program.js';

const require = createRequire(import.meta.url);

/** The TensorFlow that the install script of @tensorflow/tfjs-node-gpu 4.22.0 fetches. */
export const prebuiltVersion = '2.9.1';

/**
 * Returns the engine that the package brings by itself on macOS and Windows, if it is installed.
 * Not tried by us on either system.
 */
export async function findPrebuiltEngine(device: Device): Promise<InstalledEngine | undefined> {
  const folder = packageFolder();
  const addonPath = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (!(await isFile(addonPath))) return undefined;
  const ownKernels = { state: 'unfit' } as const;
  return { addonPath, ownKernels, tensorflowVersion: prebuiltVersion, device, folder };
}

/** Runs the package's own install script, which fetches its engine. @throws UserError (engine) */
export async function installPrebuiltEngine(
  device: Device,
  progress: Progress,
): Promise<InstalledEngine> {
  const folder = packageFolder();
  progress.note(`Installing TensorFlow ${prebuiltVersion} with the package's own script`);
  const script = join('scripts', 'install.js');
  const result = await runProgram(process.execPath, [script, 'gpu', 'download'], {
    folder,
    environment: { PATH: withLocalPrograms(folder) },
  });
  const engine = await findPrebuiltEngine(device);
  if (engine) return engine;
  const reason = lastLine(result?.stderr ?? '') || 'it ended without an engine.';
  throw new UserError(`TensorFlow's own install script failed in "${folder}": ${reason}`, {
    hint: 'prep-lab is tried on Linux only; on Windows, the Linux subsystem (WSL) is the safe way.',
    exitCode: exitCodes.engine,
  });
}

function packageFolder(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

/** The script calls node-pre-gyp by name, as npm's own environment would allow it. */
function withLocalPrograms(folder: string): string {
  const programs = [
    join(folder, 'node_modules', '.bin'),
    join(folder, '..', '..', '.bin'),
    process.env.PATH ?? '',
  ];
  return programs.join(process.platform === 'win32' ? ';' : ':');
}
