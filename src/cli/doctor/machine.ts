import { compilerHint, findCompiler } from '../../engine/install/compiler.js';
import { listGpus } from '../../engine/install/device.js';
import { findPip } from '../../engine/install/pip.js';
import { listBfloat16Units, renderBfloat16Units } from '../../engine/processor.js';
import type { Finding } from './finding.js';

/** Major and minor of the oldest Node of each line that all dependencies take: vega-lite's yargs 18 asks for these. */
export const oldestNodes = [
  [20, 19],
  [22, 12],
] as const;

export function examineNode(version: string): Finding {
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
export async function examineCompiler({ needed }: { readonly needed: boolean }): Promise<Finding> {
  const subject = 'compiler';
  const compiler = await findCompiler();
  if (compiler) return { subject, state: 'ok', found: compiler.version };
  if (!needed) return { subject, state: '-', found: 'none; the engine is built already' };
  return { subject, state: 'missing', found: 'no C++ compiler', advice: compilerHint };
}

export async function examinePip(): Promise<Finding> {
  const pip = await findPip();
  if (pip) return { subject: 'pip', state: 'ok', found: `${pip.version} (${pip.program})` };
  return { subject: 'pip', state: '-', found: 'none; the package index is asked directly' };
}

export async function examineGpu({ needed }: { readonly needed: boolean }): Promise<Finding> {
  const subject = 'GPU';
  const gpus = await listGpus();
  if (gpus.length > 0) return { subject, state: 'ok', found: gpus.join(', ') };
  if (!needed) return { subject, state: '-', found: 'none; runs compute on the CPU' };
  const advice = "Install NVIDIA's driver, or look at CUDA_VISIBLE_DEVICES.";
  return { subject, state: 'missing', found: '"nvidia-smi" shows none', advice };
}

/** Without them nothing is missing: float32 is the default. */
export function examineBfloat16(units: readonly string[] = listBfloat16Units()): Finding {
  const subject = 'bfloat16';
  const has = renderBfloat16Units(units);
  if (units.length > 0) return { subject, state: 'ok', found: `${has}: mixed precision is fast` };
  return { subject, state: '-', found: `${has}: mixed precision is slow on this processor` };
}
