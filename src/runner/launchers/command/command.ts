import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type {
  LauncherDefinition,
  LauncherPlaces,
} from '../../../experiment/plugins/define-launcher.js';
import { createLauncherPlaces } from '../../../experiment/plugins/launcher-options.js';
import { lastLine } from '../../../storage/run-program.js';
import { type ExitCode, exitCodes, UserError } from '../../../user-error.js';
import type { LaunchedTrial, TrialLauncher } from '../../launcher.js';
import { openSealed } from '../../sealed-result.js';
import type { Trial } from '../../trial.js';
import { createJob, observeNews, openFailures, type TrialJob } from '../../trial-job.js';
import type { TrialEnd } from '../../trial-process/start-trial-process.js';
import { createTrialHistory, type TrialSoFar } from '../../trial-process/trial-history.js';
import type { OpenSetting } from '../open-setting.js';
import { parseLine } from './worker-line.js';

/**
 * Has each trial trained by a command of a plug-in's launcher: it starts a prep-lab elsewhere, which gets the trial as the
 * first line of its input, says on its output how it goes on and what came of it, and stops when its input ends.
 * @throws UserError for what is wrong with the launcher's options
 */
export async function openCommands(
  definition: LauncherDefinition,
  setting: OpenSetting,
): Promise<TrialLauncher> {
  const launcher = createLauncherPlaces(definition, setting.launcherOptions);
  const worker = listWorkerArguments(setting);
  const slots = Array.from({ length: launcher.places }, () => ({}));
  return {
    slots,
    start(trial, { slot, untilEpoch }) {
      const request = { place: slots.indexOf(slot), worker };
      const job = createJob(trial, untilEpoch, setting);
      return startCommand(trial, job, { name: definition.name, launcher, request, setting });
    },
    failAfterDeath: await openFailures(setting),
  };
}

/** A launcher alone is for the run; stages and models of plug-ins are needed where trials are trained. */
function listWorkerArguments({ catalogue, conditions }: OpenSetting): string[] {
  const files = [...(catalogue.origins?.values() ?? [])].map(({ file }) => file);
  const plugins = [...new Set(files)].flatMap((file) => ['--plugin', file]);
  return ['worker', '--stdin', '--device', conditions.device, ...plugins];
}

interface CommandPlace {
  /** Of the launcher. */
  readonly name: string;
  readonly launcher: LauncherPlaces;
  readonly request: Parameters<LauncherPlaces['command']>[0];
  readonly setting: OpenSetting;
}

function startCommand(trial: Trial, job: TrialJob, place: CommandPlace): LaunchedTrial {
  const words = place.launcher.command(place.request);
  const [program = '', ...parameters] = words;
  // A terminal's Ctrl-C is for the run: it lets the trial write a checkpoint.
  const child = spawn(program, parameters, { stdio: 'pipe', detached: true });
  // A command that has died reads no more, which its end tells.
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify(job)}\n`);
  let isStopped = false;
  const ended = follow(child, trial, place.setting).then((ended): TrialEnd => {
    const { told } = ended;
    if (told && told.type !== 'died') return told;
    if (isStopped) return { type: 'interrupted' };
    return told ?? explainEnd(ended, { name: place.name, command: words.join(' ') });
  });
  const stop = () => {
    isStopped = true;
    child.stdin.end();
  };
  return { ended, stop };
}

/** A command that has ended. */
interface EndedCommand {
  /** What its worker told of the trial's end; nothing where it told none. */
  readonly told: TrialEnd | undefined;
  /** Says how it ended, such as "ended with exit code 1". */
  readonly how: string;
  /** Nothing where a signal ended it, or where it could not be started. */
  readonly code: number | null;
  /** The end of what it wrote to stderr. */
  readonly said: string;
  readonly past: TrialSoFar;
}

/** Of what a command writes to stderr, this much is kept to explain its end. */
const keptCharacters = 4000;

function follow(
  child: ChildProcessWithoutNullStreams,
  trial: Trial,
  { observe, verbose }: OpenSetting,
): Promise<EndedCommand> {
  const past = createTrialHistory();
  const observer = observe(trial);
  let told: TrialEnd | undefined;
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptCharacters);
    if (verbose) process.stderr.write(text);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = parseLine(line);
    if (message?.type === 'stopped') told = stoppedThere(past.now());
    else if (message?.type === 'sealed') told = open(message.sealed, trial, past.now());
    else if (message && message.type !== 'refused') {
      past.take(message);
      observeNews(message, observer);
    }
  });
  return new Promise((resolve) => {
    child.on('error', ({ message }) =>
      resolve({ told, how: 'cannot be started', code: null, said: message, past: past.now() }),
    );
    child.on('close', (code, signal) => {
      const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
      resolve({ told, how, code, said, past: past.now() });
    });
  });
}

/** Says what it means that a command ended without a word. @throws UserError where that is not the trial's fault. */
function explainEnd(
  { how, code, said, past }: EndedCommand,
  { name, command }: { readonly name: string; readonly command: string },
): TrialEnd {
  const what = `"${command}" ${how}: ${lastError(said)}`;
  const isStarted = how !== 'cannot be started';
  const exitCode = isStarted ? endingCodes.get(code ?? 0) : exitCodes.engine;
  if (exitCode === undefined) {
    const hint = 'run the command by hand, or see with --verbose what it says.';
    return { type: 'died', reason: `Its command ${what}`, hint, past };
  }
  throw new UserError(`--launcher ${name}: the command ${what}`, {
    hint: 'run it by hand; the same run goes on when it is in order.',
    exitCode,
  });
}

/** Nobody here has asked for it. */
function stoppedThere(past: TrialSoFar): TrialEnd {
  const hint = '--retry-failed goes on from the checkpoint there.';
  return { type: 'died', reason: 'Its worker was stopped on its machine.', hint, past };
}

function open(sealed: unknown, trial: Trial, past: TrialSoFar): TrialEnd {
  try {
    return openSealed(sealed, trial);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { type: 'died', reason: error.message, past };
  }
}

/** prep-lab's codes for what is wrong with a machine, a shell's for a program that is not there, and ssh's own. */
const endingCodes: ReadonlyMap<number, ExitCode> = new Map<number, ExitCode>([
  ...[
    exitCodes.usage,
    exitCodes.storage,
    exitCodes.engine,
    exitCodes.cannotResume,
    exitCodes.data,
    exitCodes.bug,
  ].map((code) => [code, code] as const),
  ...[126, 127, 255].map((code) => [code, exitCodes.engine] as const),
]);

/** prep-lab's hint stands below its error. */
function lastError(said: string): string {
  const lines = said
    .trimEnd()
    .split('\n')
    .filter((line) => !/^Hint: /.test(line));
  return lastLine(lines.join('\n')) || 'it said nothing.';
}
