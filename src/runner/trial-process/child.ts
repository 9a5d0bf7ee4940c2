import { surviveFileSizeLimit } from '../../storage/file-size-limit.js';
import { fulfilOrder } from './fulfil-order.js';
import type { ChildMessage, ParentMessage } from './messages.js';
import { watchParent } from './watch-parent.js';

/** The program of a trial's child process: takes one order, sends how it goes on, and ends. */

let isStopping = false;

surviveFileSizeLimit();
// Ctrl-C, a closed terminal and a scheduler's SIGTERM may reach all processes: the parent decides and sends "stop".
process.on('SIGHUP', () => {});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// Without a parent nobody holds the trial's lease: what is not in a checkpoint yet is trained again.
process.on('disconnect', () => process.exit(1));
watchParent();
process.on('message', (message) => {
  const received = message as ParentMessage;
  if (received.type === 'stop') isStopping = true;
  else void work(received);
});

async function work({ order }: Extract<ParentMessage, { type: 'start' }>): Promise<void> {
  const last = await fulfilOrder(order, { send, shouldStop: () => isStopping });
  // TensorFlow's own threads would keep the process, or crash it while it ends by itself.
  process.send?.(last, () => process.exit(0));
}

function send(message: ChildMessage): void {
  process.send?.(message, () => {});
}
