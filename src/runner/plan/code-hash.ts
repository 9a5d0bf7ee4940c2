import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Experiment } from '../../experiment/experiment.js';

/** Hashes of the code that computes, in hex, as the build took them: build/code-hash.mjs says what counts. */
const hashesSchema = z.object({
  /** What each training runs through. */
  core: z.string(),
  /** By the stage's and the model's name. */
  stages: z.record(z.string(), z.string()),
  models: z.record(z.string(), z.string()),
});

export type CodeHashes = z.output<typeof hashesSchema>;

/** Packages whose code runs within a trial. */
const packages = ['@tensorflow/tfjs-node-gpu', 'ml-matrix', 'pure-rand'];

let known: CodeHashes | undefined;

/** Returns the hashes of the code as it was built; read once. */
export function readCodeHashes(): CodeHashes {
  known ??= hashesSchema.parse(JSON.parse(readFileSync(findHashes(), 'utf8')));
  return known;
}

/** Beside the built program; beside the sources (in tests) that of the last build. */
function findHashes(): URL {
  const built = new URL('../../code-hash.json', import.meta.url);
  return existsSync(built) ? built : new URL('../../../dist/code-hash.json', import.meta.url);
}

/** Returns the SHA-256, in hex, of the code that makes an experiment's numbers; a plug-in's has a hash of its own. */
export function hashCode(
  { preprocessing, model }: Pick<Experiment, 'preprocessing' | 'model'>,
  { core, stages, models }: CodeHashes = readCodeHashes(),
): string {
  const used = [...preprocessing.map(({ name }) => stages[name]), models[model.name]];
  const hashed = [core, ...used.map((hash) => hash ?? ''), ...readPackageVersions()];
  return createHash('sha256').update(JSON.stringify(hashed)).digest('hex');
}

let versions: readonly (string | undefined)[] | undefined;

/** prep-lab names exact versions of its packages; read once. */
function readPackageVersions(): readonly (string | undefined)[] {
  if (versions) return versions;
  const file = new URL('../../../package.json', import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly dependencies: Record<string, string>;
  };
  versions = packages.map((name) => dependencies[name]);
  return versions;
}
