import type { Progress } from '../../progress.js';
import type { Dataset, DatasetFacts } from '../dataset.js';

/** A published data set: where its files come from and how they are read. */
export interface NamedDataset {
  readonly name: string;
  readonly facts: DatasetFacts;
  /** Its published files, in their order. */
  readonly files: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly records: number;
  }[];
  /** Finds the folder that has all files in their right size: `dataFolder` if given, else those where they are looked for. */
  find(dataFolder?: string): Promise<{ readonly folder: string } | undefined>;
  /** All paths that the files may be read from, whether they are there or not. */
  possibleFiles(dataFolder?: string): string[];
  /**
   * Returns a folder with all files, every one checked; fetches them into the cache folder if need be.
   * @throws UserError (data, storage)
   */
  fetch(options: {
    readonly dataFolder?: string | undefined;
    readonly progress: Progress;
  }): Promise<string>;
  /** @throws UserError (data) that names every file that is missing or altered. */
  read(folder: string): Promise<Dataset>;
}
