import { join } from 'node:path';
import type { Progress } from '../../progress.js';
import { withFolderLock } from '../../storage/folder-lock.js';
import { makeFolder } from '../../storage/make-folder.js';
import { runNpm } from '../../storage/run-npm.js';
import { exitCodes, UserError } from '../../user-error.js';
import { type Device, type DeviceRequest, resolveDevice } from '../device.js';
import { type Addon, findAddon, installAddon } from './addon.js';
import { findCompiler, requireCompiler } from './compiler.js';
import {
  engineFolder,
  findLibraries,
  isFile,
  type Libraries,
  tensorflowVersion,
} from './libraries.js';
import { installLibraries, removeUnfinishedDownloads } from './libraries-install.js';
import {
  findOwnKernels,
  identifyOwnKernels,
  installOwnKernels,
  type OwnKernels,
} from './own-kernels.js';
import { identifyOwnTensorFlow, ownTensorFlowFolder, readOwnLibraries } from './own-tensorflow.js';
import { removeUnfinished } from './place-folder.js';

/** The package, and the TensorFlow that its install script fetches. */
const prebuilt = { specifier: '@tensorflow/tfjs-node-gpu@4.22.0', version: '2.9.1' };

/**
 * Returns the engine that the package brings by itself on macOS and Windows, if it is installed.
 * Not tried by us on either system.
 */
async function findPrebuiltEngine(device: Device): Promise<InstalledEngine | undefined> {
  const folder = join(prebuiltFolder(), 'node_modules', '@tensorflow', 'tfjs-node-gpu');
  const addonPath = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (!(await isFile(addonPath))) return undefined;
  const ownKernels = { state: 'unfit' } as const;
  return { addonPath, ownKernels, tensorflowVersion: prebuilt.version, device, folder };
}

/**
 * Lets npm install the package with its script, which fetches its engine: the copy that prep-lab comes with has none.
 * @throws UserError (engine)
 */
async function installPrebuiltEngine(device: Device, progress: Progress): Promise<InstalledEngine> {
  const folder = prebuiltFolder();
  progress.note(`Installing TensorFlow ${prebuilt.version} with the script of tfjs-node-gpu`);
  await makeFolder(folder);
  await runNpm({
    task: ['install', prebuilt.specifier],
    options: ['--prefix', folder, '--ignore-scripts=false', '--no-audit', '--no-fund'],
    folder,
    exitCode: exitCodes.engine,
  });
  const engine = await findPrebuiltEngine(device);
  if (engine) return engine;
  throw new UserError(`TensorFlow's own install script left no engine in "${folder}".`, {
    hint: 'prep-lab is tried on Linux only; on Windows, the Linux subsystem (WSL) is the safe way.',
    exitCode: exitCodes.engine,
  });
}

function prebuiltFolder(): string {
  return join(engineFolder(), `prebuilt-${prebuilt.version}`);
}

/** The oldest glibc that TensorFlow's wheels run on (manylinux_2_27). */
const oldestGlibc = [2, 27] as const;

/**
 * Refuses a Linux that TensorFlow's libraries cannot run on: musl (Alpine) or an old glibc.
 * @throws UserError (engine)
 */
export function requireGlibc(version: string | undefined = glibcVersion()): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major > oldestGlibc[0] || (major === oldestGlibc[0] && minor >= oldestGlibc[1])) return;
  const received = version ? `glibc ${version}` : 'another C library';
  throw new UserError(
    `TensorFlow needs glibc ${oldestGlibc.join('.')} or newer, received ${received}.`,
    {
      hint: 'Use a newer Linux with glibc, such as Debian, Ubuntu or Fedora.',
      exitCode: exitCodes.engine,
    },
  );
}

/** Returns the version of the C library that this Node runs on; nothing on musl. */
function glibcVersion(): string | undefined {
  const report = process.report?.getReport() as
    | { readonly header?: { readonly glibcVersionRuntime?: string } }
    | undefined;
  return report?.header?.glibcVersionRuntime;
}

export type { Device, DeviceRequest } from '../device.js';

/** An engine on the disk, ready to be loaded. */
export interface InstalledEngine {
  readonly addonPath: string;
  /** To be loaded before the addon; left out where there is none. */
  readonly logFilterPath?: string;
  /** To be loaded after the addon. */
  readonly ownKernels: OwnKernels;
  readonly tensorflowVersion: string;
  /** What it is to compute on; whether it does shows when it is loaded. */
  readonly device: Device;
  /** The folder of TensorFlow's libraries. */
  readonly folder: string;
}

export interface EngineInstallation {
  readonly device: DeviceRequest;
  readonly progress: Progress;
}

/**
 * Returns the engine for a device if it is installed. Never fetches and never compiles.
 * @throws UserError (engine) if the user's own TensorFlow is not where it was said to be.
 */
export async function findEngine(request: DeviceRequest): Promise<InstalledEngine | undefined> {
  const device = await resolveDevice(request);
  if (!buildsItself()) return findPrebuiltEngine(device);
  const libraries = await existingLibraries(device);
  const addon = libraries && (await findAddon(libraries));
  if (!addon) return undefined;
  return describe(libraries, addon, device);
}

/**
 * Returns the engine for a device, and fetches and builds what is missing of it. Any number of processes may call it
 * at once: one works and the others wait. Where all but prep-lab's own kernels is there and no compiler, it does without.
 * @throws UserError
 */
export async function installEngine(installation: EngineInstallation): Promise<InstalledEngine> {
  const device = await resolveDevice(installation.device);
  const { progress } = installation;
  const found = await findEngine(device);
  if (found && (await isEnough(found))) return found;
  if (!buildsItself()) return installPrebuiltEngine(device, progress);
  requireGlibc();
  // Before minutes of fetching, not after.
  const compiler = await requireCompiler();
  const lock = {
    folder: engineFolder(),
    waiting: 'Another prep-lab sets the engine up: waiting for it.',
    progress,
  };
  return withFolderLock(lock, async () => {
    await removeUnfinished(engineFolder());
    await removeUnfinishedDownloads();
    const libraries =
      (await existingLibraries(device)) ?? (await installLibraries({ device, progress }));
    const addon =
      (await findAddon(libraries)) ?? (await installAddon(libraries, { compiler, progress }));
    const kernels = await findOwnKernels(libraries);
    if (kernels.state === 'missing') await installOwnKernels(libraries, { compiler, progress });
    return describe(libraries, addon, device);
  });
}

/**
 * Returns what tells the TensorFlow that a device gets from another one, whether it is installed yet or not: the version
 * of prep-lab's, or a description of the user's own. Loads nothing.
 * @throws UserError (engine) if the user's own TensorFlow is not where it was said to be.
 */
export async function identifyTensorFlow(device: Device): Promise<string> {
  if (!buildsItself()) return prebuilt.version;
  const own = await ownTensorFlowFolder();
  return own === undefined ? tensorflowVersion : identifyOwnTensorFlow(own, device);
}

/** `own`: what prep-lab has kernels for is computed by them; `composed`: by TensorFlow's ops. The last digits differ. */
export type Kernels = 'own' | 'composed';

/** Tells which kernels an engine computes with: prep-lab's are for the CPU. */
export function kernelsOf({
  ownKernels,
  device,
}: Pick<InstalledEngine, 'ownKernels' | 'device'>): Kernels {
  return ownKernels.state === 'compiled' && device === 'cpu' ? 'own' : 'composed';
}

/**
 * Returns which kernels compute on a device, installed yet or not: what {@link identifyOwnKernels} says of prep-lab's own,
 * or "composed" where TensorFlow's ops stand in for them. Loads nothing.
 */
export async function identifyKernels(device: Device): Promise<string> {
  if (device !== 'cpu') return 'composed';
  const engine = await findEngine(device);
  const state = engine?.ownKernels.state ?? (await predictOwnKernels());
  const willBeCompiled = state === 'missing' && (await findCompiler()) !== undefined;
  return state === 'compiled' || willBeCompiled ? identifyOwnKernels() : 'composed';
}

async function predictOwnKernels(): Promise<OwnKernels['state']> {
  const fits = buildsItself() && (await ownTensorFlowFolder()) === undefined;
  return fits ? 'missing' : 'unfit';
}

/** Without a compiler, an engine without the kernels is all that can be had. */
async function isEnough({ ownKernels }: InstalledEngine): Promise<boolean> {
  return ownKernels.state !== 'missing' || (await findCompiler()) === undefined;
}

/** On Linux prep-lab compiles the addon; elsewhere the package's own engine serves. */
function buildsItself(): boolean {
  return process.platform === 'linux';
}

async function existingLibraries(device: Device): Promise<Libraries | undefined> {
  const own = await ownTensorFlowFolder();
  return own === undefined ? findLibraries(device) : readOwnLibraries(own, device);
}

async function describe(
  libraries: Libraries,
  addon: Addon,
  device: Device,
): Promise<InstalledEngine> {
  return {
    ...addon,
    ownKernels: await findOwnKernels(libraries),
    tensorflowVersion: libraries.version,
    device,
    folder: libraries.folder,
  };
}
