import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Returns the processor's name. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || process.arch;
}

/** What multiplies bfloat16 numbers, as Linux calls it, the fastest first. */
const bfloat16Units = ['amx_bf16', 'avx512_bf16'] as const;

/** Returns what this processor has to multiply bfloat16 numbers; nothing where it has none, or the system does not tell. */
export function listBfloat16Units(cpuinfo: string = readCpuinfo()): string[] {
  const flags = new Set(/^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/));
  return bfloat16Units.filter((unit) => flags.has(unit));
}

/** Says what the processor has, or lacks, in words. */
export function renderBfloat16Units(units: readonly string[]): string {
  return units.length > 0 ? units.join(' and ') : `neither ${bfloat16Units.join(' nor ')}`;
}

function readCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
