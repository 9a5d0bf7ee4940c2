import type { Measurement, SectionName, Settings } from './measurement.js';
import type { Peer, PeerName } from './peers/environment.js';
import type { Sizes } from './sizes.js';

/** What every section works with. */
export interface BenchContext {
  readonly settings: Settings;
  readonly sizes: Sizes;
  /** The folder of CIFAR-10's six files. */
  readonly dataFolder: string;
  readonly peers: Readonly<Record<PeerName, Peer>>;
  /** Keeps a measurement; what is kept so far is on the disk. */
  record(measurement: Measurement): Promise<void>;
}

/** A part of the benchmark with a table of its own. */
export interface Section {
  readonly name: SectionName;
  measure(context: BenchContext): Promise<void>;
}
