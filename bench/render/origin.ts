import type { BenchResults, Measurement } from '../measurement.js';

/** Renders what the figures were made on and with, as a list. */
export function renderOrigin({ machine, settings, startedAt, measurements }: BenchResults): string {
  const { threads, device } = settings;
  const lines = [
    `${machine.processor}, ${machine.cores} cores, ${Math.round(machine.memoryBytes / 2 ** 30)} GiB, ${machine.system}`,
    ...machine.gpus,
    `on the ${device.toUpperCase()} with ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `begun ${startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    `prep-lab ${machine.prepLab}, Node ${machine.node}, ${renderVersions(measurements)}`,
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

function renderVersions(measurements: readonly Measurement[]): string {
  const versions = new Set<string>();
  for (const measurement of measurements) {
    if (measurement.status === 'skipped') continue;
    for (const [name, version] of Object.entries(measurement.versions ?? {})) {
      versions.add(`${name} ${version}`);
    }
  }
  return [...versions].join(', ');
}
