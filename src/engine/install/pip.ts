import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../progress.js';
import { makeFolder } from '../../storage/make-folder.js';
import { lastLine, runProgram } from '../../storage/run-program.js';
import { asStorageError } from '../../storage/storage-error.js';
import { exitCodes, UserError } from '../../user-error.js';
import type { Requirement } from './requirement.js';
import { platformTags, pythonTag } from './wheel-name.js';

/** A pip that can fetch wheels for a Python that it does not run on. */
export interface Pip {
  readonly version: string;
  readonly program: string;
  readonly leadingArguments: readonly string[];
}

const candidates: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];

/** pip 21.2 is the first that takes several platforms at once. */
const oldestVersion = [21, 2] as const;

/** Returns the first pip that is new enough, or nothing. */
export async function findPip(): Promise<Pip | undefined> {
  for (const [program, ...leadingArguments] of candidates) {
    const result = await runProgram(program, [...leadingArguments, '--version']);
    const found = /^pip (\d+)\.(\d+)\S*/.exec(result?.exitCode === 0 ? result.stdout : '');
    if (!found) continue;
    const [major, minor] = [Number(found[1]), Number(found[2])];
    const newEnough =
      major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1]);
    if (newEnough) return { version: found[0].slice('pip '.length), program, leadingArguments };
  }
  return undefined;
}

/** Returns what pip complained about, without its notices. */
export function pipComplaint(stderr: string): string {
  const errors = stderr.split('\n').filter((line) => line.startsWith('ERROR: '));
  return (errors.at(-1)?.slice('ERROR: '.length) ?? lastLine(stderr)).trim() || 'no reason given';
}

export interface PipDownload {
  readonly pip: Pip;
  readonly requirement: Requirement;
  /** The folder for the finished wheel. */
  readonly folder: string;
  readonly progress: Progress;
}

/** Folders of downloads in progress begin with this, so that the next set-up can clear what a killed one left. */
export const pipFolderPrefix = '.pip-';

/**
 * Fetches one wheel with pip, which knows the user's index, proxy and certificates and checks the index's hash.
 * Returns the wheel's path. The wheel appears in the folder only when it is complete.
 * @throws UserError (engine) if pip cannot get it; (storage) if the disk is full.
 */
export async function downloadWithPip(download: PipDownload): Promise<string> {
  try {
    await makeFolder(download.folder);
    const work = await mkdtemp(join(download.folder, pipFolderPrefix));
    try {
      return await downloadInto(work, download);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  } catch (error) {
    throw asStorageError(error, download.folder);
  }
}

async function downloadInto(work: string, download: PipDownload): Promise<string> {
  await runPip(work, download);
  const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
  if (!wheel) throw new Error('pip ended well without a wheel.');
  const place = join(download.folder, wheel);
  await rename(join(work, wheel), place);
  return place;
}

async function runPip(work: string, { pip, requirement, progress }: PipDownload): Promise<void> {
  const task = progress.start(`Fetching ${requirement.name}`, { unit: 'bytes' });
  let total: number | undefined;
  const watch = setInterval(async () => task.update(await largestFile(work), total), 250);
  try {
    const result = await runProgram(
      pip.program,
      [
        ...pip.leadingArguments,
        ...downloadArguments(work),
        requirement.name + requirement.versions,
      ],
      {
        // pip writes into the temporary folder first: there its growth can be seen, and the disk is the right one.
        environment: { TMPDIR: work },
        onOutput: (piece) => {
          total = parseSize(piece) ?? total;
        },
      },
    );
    if (result?.exitCode !== 0) throw pipFailed(requirement, result?.stderr ?? '');
    const bytes = await largestFile(work);
    task.update(bytes, bytes);
  } finally {
    clearInterval(watch);
    task.stop();
  }
}

function downloadArguments(to: string): string[] {
  return [
    ...['download', '--no-deps', '--only-binary=:all:', '--no-input', '--progress-bar=off'],
    ...['--disable-pip-version-check', '--dest', to],
    ...['--implementation', 'cp', '--python-version', pythonTag.version],
    ...platformTags().flatMap((tag) => ['--platform', tag]),
  ];
}

/** Reads the size out of pip's line "Downloading NAME (273.8 MB)". Units are powers of 1000. */
export function parseSize(line: string): number | undefined {
  const found = /(?:Downloading|Using cached) .*\(([\d.]+) ([kMG]?)B\)/.exec(line);
  if (!found) return undefined;
  const factor = { '': 1, k: 1e3, M: 1e6, G: 1e9 }[found[2] ?? ''] ?? 1;
  return Math.round(Number(found[1]) * factor);
}

function pipFailed(requirement: Requirement, stderr: string): UserError {
  const name = requirement.name + requirement.versions;
  if (/\bErrno 28\b|No space left on device/.test(stderr)) {
    return new UserError(`pip cannot store "${name}": the disk is full (ENOSPC).`, {
      hint: 'Free some space, or name a folder on another disk in PREP_LAB_CACHE, and run the command again.',
      exitCode: exitCodes.storage,
    });
  }
  return new UserError(`pip cannot fetch "${name}": ${pipComplaint(stderr)}`, {
    hint: 'Check the network and "pip config list"; or give a TensorFlow of your own: prep-lab setup --tensorflow FOLDER.',
    exitCode: exitCodes.engine,
  });
}

/** Returns the size of the wheel so far: pip keeps nothing larger in its folder, but in the end a copy. */
async function largestFile(folder: string): Promise<number> {
  const paths = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = paths.map((path) =>
    stat(join(folder, path)).then(
      (found) => (found.isFile() ? found.size : 0),
      () => 0,
    ),
  );
  return Math.max(0, ...(await Promise.all(sizes)));
}
