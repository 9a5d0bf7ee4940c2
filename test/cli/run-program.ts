import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.js';

/** The built program: "npm run build" makes it. */
export const programFile = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built program as a user would. */
export function runProgram(
  parameters: readonly string[],
  { folder = process.cwd(), environment = {} }: RunOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [programFile, ...parameters], {
      cwd: folder,
      env: { ...process.env, ...environment },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

export interface RunOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Returns the files of all modules that the program loads, as Node's coverage lists them. */
export async function loadedModules(parameters: readonly string[]): Promise<string[]> {
  const folder = await temporaryFolder();
  await runProgram(parameters, { environment: { NODE_V8_COVERAGE: folder } });
  return readdirSync(folder).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
    return result.map(({ url }: { readonly url: string }) => url);
  });
}
