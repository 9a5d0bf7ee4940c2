import { z } from 'zod';

/** What the benchmark measures, in the order in which it does; also the words that `--only` takes. */
export const sectionNames = ['steps', 'record', 'epoch', 'stages', 'start-up', 'growth'] as const;
export type SectionName = (typeof sectionNames)[number];

/** What one process answers: one such line of JSON for each thing that it measured. */
export const answerSchema = z.strictObject({
  /** What was measured, where one process measures several things. */
  case: z.string().exactOptional(),
  /** Samples, in the order in which they were taken. */
  seconds: z.array(z.number().nonnegative()).min(1),
  /** From the start of the process to the end of the first epoch, which compiles and warms up. */
  readySeconds: z.number().nonnegative().exactOptional(),
  /** All of the net's numbers, moving averages included: sides of one case train the same net. */
  parameterCount: z.int().positive().exactOptional(),
  peakMemoryBytes: z.number().positive().exactOptional(),
  versions: z.record(z.string(), z.string()).exactOptional(),
});

export type Answer = z.infer<typeof answerSchema>;

/** Where a measurement belongs: sides of one case are compared with each other, round by round. */
export interface Place {
  readonly section: SectionName;
  readonly case: string;
  readonly side: string;
}

export interface Measured extends Place, Omit<Answer, 'case'> {
  readonly status: 'measured';
  /** Counted from 1. */
  readonly round: number;
}

interface Skipped extends Place {
  readonly status: 'skipped';
  readonly reason: string;
}

export type Measurement = Measured | Skipped;

/** What `results.json` holds. */
export interface BenchResults {
  readonly format: 'prep-lab benchmark';
  readonly version: 1;
  readonly startedAt: string;
  readonly machine: Machine;
  readonly settings: Settings;
  readonly measurements: readonly Measurement[];
}

/** What the figures were made on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly gpus: readonly string[];
  readonly node: string;
  /** Processes that wanted a core in the minute before. */
  readonly loadAtStart: number;
  readonly prepLab: string;
}

export interface Settings {
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  readonly size: 'full' | 'quick';
}
