import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findCifar10 } from '../cifar10/files.js';
import {
  type Device,
  type DeviceRequest,
  listGpus,
  readComputeCapability,
  resolveDevice,
} from '../engine/device.js';
import { compilerHint, findCompiler } from '../engine/install/compiler.js';
import { findEngine, type InstalledEngine, kernelsOf } from '../engine/install/engine.js';
import { gigabytes } from '../engine/install/libraries-install.js';
import { findPip } from '../engine/install/pip.js';
import { type Probe, probeEngine } from '../engine/probe.js';
import { listBfloat16Units, renderBfloat16Units } from '../engine/processor.js';
import { cacheFolder } from '../storage/cache-folder.js';
import { folderBytes, freeBytes } from '../storage/disk-space.js';
import { type Paint, plainPaint, type Tone } from '../text/paint.js';
import { UserError } from '../user-error.js';

/** Something that a run needs, and whether it is there: a line of the doctor's report. */
export interface Prerequisite {
  readonly subject: string;
  /** `-`: not there, and not needed. */
  readonly state: 'ok' | 'missing' | '-';
  readonly found: string;
  /** What to do about what is missing. */
  readonly advice?: string;
}

const tones = { ok: 'good', missing: 'bad', '-': 'muted' } as const satisfies Record<string, Tone>;

/** Renders them as aligned lines, advice below its line. */
export function renderPrerequisites(
  prerequisites: readonly Prerequisite[],
  paint: Paint = plainPaint,
): string {
  const stateWidth = 'missing'.length;
  const subjectWidth = Math.max(...prerequisites.map(({ subject }) => subject.length));
  const lines = prerequisites.flatMap(({ state, subject, found, advice }) => {
    const word = state.padEnd(stateWidth);
    const rest = `  ${subject.padEnd(subjectWidth)}  `;
    const indent = ' '.repeat(word.length + rest.length);
    return [paint(tones[state], word) + rest + found, ...(advice ? [indent + advice] : [])];
  });
  return `${lines.join('\n')}\n`;
}

/** Major and minor of the oldest Node of each line that all dependencies take: vega-lite's yargs 18 asks for these. */
export const oldestNodes = [
  [20, 19],
  [22, 12],
] as const;

export function examineNode(version: string): Prerequisite {
  const subject = 'Node';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [, [newestLine]] = oldestNodes;
  const isTaken = oldestNodes.some(([line, least]) => major === line && minor >= least);
  if (isTaken || major > newestLine) return { subject, state: 'ok', found: version };
  const versions = oldestNodes.map((oldest) => oldest.join('.')).join(', ');
  const advice = `Install Node ${versions} or newer.`;
  return { subject, state: 'missing', found: `${version} is too old`, advice };
}

/** The compiler has nothing left to do once the engine is built. */
async function examineCompiler({ needed }: { readonly needed: boolean }): Promise<Prerequisite> {
  const subject = 'compiler';
  const compiler = await findCompiler();
  if (compiler) return { subject, state: 'ok', found: compiler.version };
  if (!needed) return { subject, state: '-', found: 'none; the engine is built already' };
  return { subject, state: 'missing', found: 'no C++ compiler', advice: compilerHint };
}

async function examinePip(): Promise<Prerequisite> {
  const pip = await findPip();
  if (pip) return { subject: 'pip', state: 'ok', found: `${pip.version} (${pip.program})` };
  return { subject: 'pip', state: '-', found: 'none; the package index is asked directly' };
}

async function examineGpu({ needed }: { readonly needed: boolean }): Promise<Prerequisite> {
  const subject = 'GPU';
  const gpus = await listGpus();
  if (gpus.length > 0) return { subject, state: 'ok', found: gpus.join(', ') };
  if (!needed) return { subject, state: '-', found: 'none; runs compute on the CPU' };
  const advice = "Install NVIDIA's driver, or look at CUDA_VISIBLE_DEVICES.";
  return { subject, state: 'missing', found: '"nvidia-smi" shows none', advice };
}

/** Without them nothing is missing: float32 is the default. Measured: docs/performance.md. */
export function examineBfloat16(units: readonly string[] = listBfloat16Units()): Prerequisite {
  const subject = 'bfloat16';
  const has = renderBfloat16Units(units);
  if (units.includes('amx_bf16')) {
    return { subject, state: 'ok', found: `${has}: mixed precision is faster than float32` };
  }
  const outlook =
    units.length > 0
      ? '"prep-lab explain FILE" measures whether mixed precision is faster than float32'
      : 'mixed precision is slower than float32';
  return { subject, state: '-', found: `${has}: ${outlook}` };
}

/** NVIDIA's matrix units take bfloat16 since Ampere, compute capability 8.0. */
export function examineGpuBfloat16(capability: string | undefined): Prerequisite {
  const subject = 'bfloat16';
  if (capability === undefined) return { subject, state: '-', found: 'no GPU that could have it' };
  const state = Number(capability) >= 8 ? 'ok' : '-';
  const has = state === 'ok' ? 'in the matrix units' : 'not in the matrix units';
  return { subject, state, found: `${has}: compute capability ${capability}` };
}

async function examineEngine(device: DeviceRequest): Promise<Prerequisite> {
  const subject = 'engine';
  try {
    const engine = await findEngine(device);
    if (engine) {
      const known = engine.tensorflowVersion !== 'unknown';
      const version = known ? ` ${engine.tensorflowVersion}` : '';
      const { found: kernels, ...advice } = examineKernels(engine);
      const found = `TensorFlow${version} in ${engine.folder}, ${kernels}`;
      return { subject, state: 'ok', found, ...advice };
    }
    const option = device === 'auto' ? '' : ` --device ${device}`;
    const advice = `Run "prep-lab setup${option}"; "run" does it by itself.`;
    return { subject, state: 'missing', found: 'not installed', advice };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { hint: advice, message: found } = error;
    return { subject, state: 'missing', found, ...(advice && { advice }) };
  }
}

/** Says which kernels compute, beside TensorFlow's, and what to do where prep-lab's addon could be there but is not. */
export function examineKernels(
  engine: Pick<InstalledEngine, 'ownKernels' | 'device'>,
): Pick<Prerequisite, 'found' | 'advice'> {
  if (kernelsOf(engine) === 'own') return { found: "with prep-lab's own kernels" };
  const { ownKernels, device } = engine;
  const isOnCpu = device === 'cpu';
  const isMissing = ownKernels.state === 'missing';
  const why = isMissing && isOnCpu ? '' : ', which are for its own TensorFlow on the CPU';
  const loss = isOnCpu ? 'Some nets train slower' : 'Trainings begin later';
  return {
    found: `without prep-lab's own kernels${why}`,
    ...(isMissing && {
      advice: `${loss} without them: run "prep-lab setup", with a C++ compiler.`,
    }),
  };
}

/** Really computes, in a process of its own. */
async function examineComputation(
  device: DeviceRequest,
  installed: boolean,
): Promise<Prerequisite> {
  if (!installed) return { subject, state: '-', found: 'not tried without an engine' };
  return judgeProbe(await probeEngine(device), await resolveDevice(device));
}

const subject = 'computes on';

/** Says what a probe found; `wanted` is the device that there is hardware for. */
export function judgeProbe(probe: Probe, wanted: Device): Prerequisite {
  const says = probe.complaint ? `TensorFlow says: ${probe.complaint}` : undefined;
  if ('problem' in probe) {
    const advice =
      says ?? 'Remove the folder "engine" in the cache folder and run "prep-lab setup".';
    return { subject, state: 'missing', found: probe.problem, advice };
  }
  const { device, deviceName, threads } = probe.engine;
  if (device === 'gpu') return { subject, state: 'ok', found: `GPU: ${deviceName}` };
  const found = `CPU: ${deviceName}, ${threads} threads`;
  if (wanted === 'cpu') return { subject, state: 'ok', found };
  const advice = says ?? 'Look at the driver: "nvidia-smi" must show CUDA 12.5 or newer.';
  return { subject, state: 'ok', found: `${found}, although there is a GPU`, advice };
}

/** The cache folder must be writable while something is still to be fetched into it. */
async function examineCache({ needed }: { readonly needed: boolean }): Promise<Prerequisite> {
  const subject = 'cache';
  const folder = cacheFolder();
  const existing = await nearestExisting(folder);
  const free = gigabytes(await freeBytes(existing));
  const used = gigabytes(await folderBytes(folder));
  if (await isWritable(existing)) {
    return { subject, state: 'ok', found: `${folder}, ${used} used, ${free} free` };
  }
  const found = `${folder} is not writable`;
  if (!needed) return { subject, state: '-', found: `${found}; all is there already` };
  const advice = 'Make it writable, or name another folder in PREP_LAB_CACHE.';
  return { subject, state: 'missing', found, advice };
}

async function nearestExisting(path: string): Promise<string> {
  const there = await stat(path).catch(() => undefined);
  return there || dirname(path) === path ? path : nearestExisting(dirname(path));
}

async function isWritable(folder: string): Promise<boolean> {
  const found = await stat(folder);
  if (!found.isDirectory()) return false;
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Data that are missing are no fault, except where the user said that they are. */
async function examineData(dataFolder?: string): Promise<Prerequisite> {
  const subject = 'data';
  const found = await findCifar10(dataFolder);
  if (found) return { subject, state: 'ok', found: `CIFAR-10 in ${found.folder}` };
  if (dataFolder === undefined) {
    return { subject, state: '-', found: 'CIFAR-10 is not there; the first run fetches it' };
  }
  const advice = 'Leave out --data to have CIFAR-10 fetched into your cache folder.';
  return { subject, state: 'missing', found: `no CIFAR-10 in ${dataFolder}`, advice };
}

export interface Examination {
  readonly device: DeviceRequest;
  readonly dataFolder?: string;
}

/** Looks at all that a run needs, in the order in which one builds on the other. Changes nothing. */
export async function examine({ device, dataFolder }: Examination): Promise<Prerequisite[]> {
  const engine = await examineEngine(device);
  const installed = engine.state === 'ok';
  const data = await examineData(dataFolder);
  return [
    examineNode(process.versions.node),
    await examineCompiler({ needed: !installed }),
    await examinePip(),
    await examineGpu({ needed: device === 'gpu' }),
    (await resolveDevice(device)) === 'gpu'
      ? examineGpuBfloat16(await readComputeCapability())
      : examineBfloat16(),
    engine,
    await examineComputation(device, installed),
    await examineCache({ needed: !installed || data.state !== 'ok' }),
    data,
  ];
}
