import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';
import { type FinalOutcome, readOutcome } from './outcome.js';
import type { Scenario } from './scenario.js';
import { run } from './start-run.js';

const references = new Map<string, Promise<FinalOutcome>>();

/** Returns what a scenario's command comes to when nothing happens to it. Run once a test file. */
export function referenceOf(scenario: Scenario): Promise<FinalOutcome> {
  const key = JSON.stringify([scenario.parameters, scenario.environment, scenario.program]);
  let reference = references.get(key);
  if (!reference) {
    reference = runUndisturbed(scenario);
    references.set(key, reference);
  }
  return reference;
}

async function runUndisturbed({ folder, ...command }: Scenario): Promise<FinalOutcome> {
  const quiet = await temporaryFolder();
  await cp(join(folder, 'experiments'), join(quiet, 'experiments'), { recursive: true });
  const { end, stderr } = await run({ ...command, folder: quiet });
  if (end !== 0) throw new Error(`The reference run ended with ${end}:\n${stderr}`);
  return readOutcome(join(quiet, 'results'));
}
