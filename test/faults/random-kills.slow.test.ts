import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectTidy, listFiles, readCheckpoints, readOutcome } from './outcome.js';
import { createRandom, type Random } from './random.js';
import { referenceOf } from './reference.js';
import { createScenario, type Scenario } from './scenario.js';
import { type Run, type RunEnd, startRun } from './start-run.js';

/** How a run is made to end before its time. */
interface Interruption {
  readonly count: number;
  strike(run: Run, random: Random): void;
  /** What it may end with. */
  readonly ends: readonly RunEnd['end'][];
}

const interruptions: Readonly<Record<string, Interruption>> = {
  // What kills the parent may leave its trials alive for a moment, or kill all at once.
  SIGKILL: {
    count: 30,
    strike(run, random) {
      if (random() < 0.5) run.signal('SIGKILL');
      else run.signalAll('SIGKILL');
    },
    ends: ['SIGKILL'],
  },
  // Before the program listens to signals, it ends by them: a shell shows the same code.
  SIGINT: {
    count: 10,
    strike: (run) => run.signal('SIGINT'),
    ends: [130, 'SIGINT'],
  },
  // As schedulers send it: to all processes.
  SIGTERM: {
    count: 10,
    strike: (run) => run.signalAll('SIGTERM'),
    ends: [143, 'SIGTERM'],
  },
};

test.each(Object.keys(interruptions))(
  '%s at random moments: each repetition does only what is missing, and the end is the undisturbed one (F1)',
  async (signal) => {
    const interruption = interruptions[signal] as Interruption;
    const random = createRandom(signal);
    let [struck, rounds] = [0, 0];
    // As long as an undisturbed run takes here and now: the end of a run is hit as well as its beginning.
    const longest = await measure(await createScenario());
    while (struck < interruption.count) {
      const scenario = await createScenario();
      const reference = await referenceOf(scenario);
      for (;;) {
        const before = await readProgress(scenario);
        const run = startRun(scenario);
        const wait = sleep(random() * longest);
        await Promise.race([wait, run.ended]);
        const isRunning = struck < interruption.count && run.processes().includes(run.pid);
        if (isRunning) interruption.strike(run, random);
        const ended = await run.ended;
        rounds += 1;
        expectOnlyMissing(ended, before);
        if (ended.end === 0) break;
        struck += 1;
        expect(interruption.ends).toContain(ended.end);
        const after = await readProgress(scenario);
        expectNoLoss(before, after);
      }
      expect(await readOutcome(scenario.out)).toEqual(reference);
      await expectTidy(scenario.out);
    }
    console.log(`${signal}: ${struck} interruptions, ${rounds - struck} runs to the end`);
  },
  // Each start takes longer where the machine is busy.
  3_600_000,
);

/** Returns the milliseconds that an undisturbed run takes. */
async function measure(scenario: Scenario): Promise<number> {
  const { end, seconds } = await startRun(scenario).ended;
  expect(end).toBe(0);
  return seconds * 1000;
}

/** What a results folder has of its trials, by id. */
interface Progress {
  /** Identity of the file with the result. */
  readonly results: Readonly<Record<string, string>>;
  /** The newest checkpoint's name. */
  readonly checkpoints: Readonly<Record<string, string>>;
}

async function readProgress({ out }: Scenario): Promise<Progress> {
  const results: Record<string, string> = {};
  const checkpoints: Record<string, string> = {};
  for (const path of await listFiles(out)) {
    const [id = '', part, name] = path.split('/');
    if (part !== 'result' || name !== 'trial.json') continue;
    const { ino, mtimeMs } = await stat(join(out, path));
    results[id] = `${ino} ${mtimeMs}`;
  }
  // Sorted, so that the newest one stays.
  for (const path of await readCheckpoints(out)) {
    const [id = '', , name = ''] = path.split('/');
    checkpoints[id] = name;
  }
  return { results, checkpoints };
}

/** Results stay as they are; a trial's newest checkpoint is never older than before, unless it is done. */
function expectNoLoss(before: Progress, after: Progress): void {
  expect(after.results).toMatchObject(before.results);
  for (const [id, name] of Object.entries(before.checkpoints)) {
    if (id in after.results) continue;
    expect(`${id} ${after.checkpoints[id]}` >= `${id} ${name}`).toBe(true);
  }
}

/** No epoch that a checkpoint holds is trained again, and no trial that has a result. */
function expectOnlyMissing({ stderr }: RunEnd, { results, checkpoints }: Progress): void {
  for (const id of Object.keys(results)) {
    expect(stderr).not.toContain(`${displayName(id)} (trial`);
  }
  for (const [id, name] of Object.entries(checkpoints)) {
    if (id in results || !stderr.includes(`${displayName(id)}: epoch`)) continue;
    const epochs = Number(name.slice(6, 12));
    const [first] = new RegExp(`${displayName(id)}: epoch \\d+`).exec(stderr) ?? [];
    expect(first).toBe(`${displayName(id)}: epoch ${epochs + 1}`);
  }
}

/** "plain-seed1-0123abcd" is shown as "plain, seed 1". */
function displayName(id: string): string {
  return id.replace(/-seed(\d+)-[0-9a-f]{8}$/, ', seed $1');
}
