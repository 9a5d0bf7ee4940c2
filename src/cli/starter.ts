import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProposedDataset } from '../datasets/files/propose-dataset.js';
import { readVersion } from '../version.js';

/** A file of a first step, as `init` writes it. */
export interface StarterFile {
  /** Below the folder. */
  readonly path: string;
  readonly content: string;
  /** What it is, in a few words. */
  readonly purpose: string;
  /** What has to be done by hand where there is one of that name already. */
  readonly instead?: string;
}

/** What runs the comparison of a change with its base. */
export type CiSystem = keyof typeof ciFiles;

/** What is copied for each, and where it looks for it. */
const ciFiles = {
  github: { source: 'docs/ci/github-actions.yml', path: '.github/workflows/prep-lab.yml' },
  gitlab: { source: 'docs/ci/gitlab-ci.yml', path: '.gitlab-ci.yml' },
} as const;

const script = { name: 'experiments', command: 'prep-lab run experiments/*.json' } as const;

/** The folder of prep-lab itself, the same from src/ and from dist/. */
const packageFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Returns the files of a first step in a folder: two experiments that differ in one thing, and what runs them. */
export function listStarterFiles(
  folder: string,
  ci?: CiSystem,
  images?: ProposedDataset,
): StarterFile[] {
  const control = 'experiments/control.json';
  const change = 'experiments/change.json';
  const readExperiment = (path: string) =>
    images ? writeForImages(folder, read(`starter/${path}`), images) : read(`starter/${path}`);
  return [
    { path: control, content: readExperiment(control), purpose: 'what is compared with' },
    { path: change, content: readExperiment(change), purpose: 'the same with one change' },
    {
      path: 'package.json',
      content: createPackage(folder),
      purpose: `"npm run ${script.name}" trains both`,
      instead: `add "${script.name}": "${script.command}" to its "scripts", and run "npm install --save-dev ${quoteSpecifier(folder)}"`,
    },
    // npm leaves a .gitignore out of packages.
    {
      path: '.gitignore',
      content: read('starter/gitignore'),
      purpose: 'trials and checkpoints stay out of git',
      instead: 'add "results/*/" and "compare/" to it',
    },
    { path: 'README.md', content: read('starter/README.md'), purpose: 'what to do with them' },
    ...(ci ? [createCiFile(ci)] : []),
  ];
}

/** A small data set has fewer images than a batch, and few batches an epoch. */
const leastBatches = 8;

/** Puts images of the user's own into an experiment, by their path from its folder on. */
function writeForImages(
  folder: string,
  text: string,
  { options, read: { found } }: ProposedDataset,
): string {
  const path = relative(resolve(folder, 'experiments'), resolve(options.path)).split(sep).join('/');
  const experiment = JSON.parse(text) as { readonly training: object };
  const batchSize = 2 ** Math.floor(Math.log2(Math.max(1, found.train / leastBatches)));
  const training = { ...experiment.training, ...(batchSize < 64 && { batchSize }) };
  const whole = { ...experiment, dataset: { ...options, path }, training };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function createCiFile(ci: CiSystem): StarterFile {
  const { source, path } = ciFiles[ci];
  return {
    path,
    content: read(source),
    purpose: 'compares each change with its base',
    instead: `see node_modules/prep-lab/${source}`,
  };
}

function createPackage(folder: string): string {
  const content = {
    name: toPackageName(basename(resolve(folder))),
    private: true,
    scripts: { [script.name]: script.command },
    devDependencies: { 'prep-lab': findSpecifier(folder) },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** npm takes small letters, digits and a few signs. */
function toPackageName(name: string): string {
  const allowed = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return allowed === '' || allowed === 'prep-lab' ? 'experiments' : allowed;
}

function quoteSpecifier(folder: string): string {
  const specifier = findSpecifier(folder);
  return specifier.startsWith('file:') ? specifier : `prep-lab@${specifier}`;
}

/**
 * Returns how a package.json in the folder names the prep-lab that runs: by its version, or, where it came from a tarball
 * or is a checkout, by that file or folder.
 */
function findSpecifier(folder: string): string {
  const origin = findOrigin();
  return origin === undefined ? readVersion() : `file:${relative(resolve(folder), origin)}`;
}

/** Returns the tarball or the checkout that this prep-lab is from; nothing where a registry has it. */
function findOrigin(): string | undefined {
  const modules = dirname(packageFolder);
  if (basename(modules) !== 'node_modules') return packageFolder;
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return undefined;
  const { packages = {} } = JSON.parse(readFileSync(record, 'utf8')) as {
    readonly packages?: Readonly<Record<string, { readonly resolved?: string }>>;
  };
  const { resolved = '' } = packages['node_modules/prep-lab'] ?? {};
  return resolved.startsWith('file:') ? resolve(modules, '..', resolved.slice(5)) : undefined;
}

function read(path: string): string {
  return readFileSync(join(packageFolder, path), 'utf8');
}
