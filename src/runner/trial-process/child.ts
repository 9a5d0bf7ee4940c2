import { findPluginEnd, toPluginError } from '../../experiment/plugins/plugin-code.js';
import { isLackOfMemory, toLimitError } from '../../storage/machine-limits.js';
import { surviveFileSizeLimit } from '../../storage/storage-error.js';
import { UserError } from '../../user-error.js';
import { explainFailure } from '../explain-failure.js';
import type { ChildMessage, ParentMessage, TrialOrder } from './messages.js';
import { watchParent } from './watch-parent.js';

/** The program of trials' child processes: takes an order, sends how it goes on, and ends or takes another. */

let isStopping = false;

surviveFileSizeLimit();
// Ctrl-C, a closed terminal and a scheduler's SIGTERM may reach all processes: the parent decides and sends "stop".
process.on('SIGHUP', () => {});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// Without a parent nobody holds the trial's lease: what is not in a checkpoint yet is trained again.
process.on('disconnect', () => process.exit(1));
watchParent();
process.on('exit', tellPluginEnd);
process.on('message', (message) => {
  const received = message as ParentMessage;
  isStopping = received.type === 'stop';
  if (received.type === 'start') void work(received);
});

async function work({ order }: Extract<ParentMessage, { type: 'start' }>): Promise<void> {
  const last = await fulfil(order).catch((error: unknown) => describeError(error, order));
  if ('stays' in last && last.stays) return send(last);
  // TensorFlow's own threads would keep the process, or crash it while it ends by itself.
  process.send?.(last, () => process.exit(0));
}

/** Loaded here, so that what the system refuses even to that (open files, memory) is told too. */
async function fulfil(order: TrialOrder): Promise<ChildMessage> {
  const { fulfilOrder } = await import('./fulfil-order.js');
  return fulfilOrder(order, { send, shouldStop: () => isStopping });
}

/** Too little memory may be for this trial alone; all else is not its fault. */
function describeError(error: unknown, { trial }: TrialOrder): ChildMessage {
  const known = error instanceof UserError ? error : (toLimitError(error) ?? toPluginError(error));
  if (!known) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { type: 'bug', stack };
  }
  const { message, hint, exitCode } = known;
  if (isLackOfMemory(message)) {
    return { type: 'failed', failure: explainFailure(error, trial.experiment.training.batchSize) };
  }
  return { type: 'broken', message, exitCode, ...(hint && { hint }) };
}

/** A plug-in that ends the process: one that does so when it is loaded would do it in each trial. */
function tellPluginEnd(exitCode: number): void {
  const end = findPluginEnd(exitCode);
  if (!end) return;
  const { message, hint = '', exitCode: code } = end.error;
  send(
    end.isLoading
      ? { type: 'broken', message, hint, exitCode: code }
      : { type: 'failed', failure: { reason: message, hint } },
  );
}

function send(message: ChildMessage): void {
  process.send?.(message, () => {});
}
