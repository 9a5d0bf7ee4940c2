import { runProgram } from '../engine/install/program.js';
import type { Provenance } from './result.js';

/** Describes who asks for a run: this process' arguments and the state of the working folder's repository. */
export async function readProvenance(): Promise<Provenance> {
  const git = await readGitState();
  return { commandLine: process.argv.slice(2), ...(git && { git }) };
}

/** Nothing outside of a repository, in one without a commit, or without git. */
async function readGitState(): Promise<Provenance['git']> {
  const commit = await runProgram('git', ['rev-parse', '--verify', 'HEAD']);
  if (commit?.exitCode !== 0) return undefined;
  // As git's own "-dirty": a results folder that nobody added would make every run but the first one dirty.
  const status = await runProgram('git', ['status', '--porcelain', '--untracked-files=no']);
  const isDirty = status?.exitCode !== 0 || status.stdout.trim() !== '';
  return { commit: commit.stdout.trim(), isDirty };
}
