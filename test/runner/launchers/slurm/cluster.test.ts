import { expect, test } from 'vitest';
import {
  explainRefusal,
  isUserLimit,
  parseAccounting,
  parseJob,
  parseJobNumber,
  parseMaxArraySize,
  parseQueue,
} from '../../../../src/runner/launchers/slurm/cluster.js';

// All texts are what the programs of Slurm 22.05.8 printed, with slurmdbd on MariaDB.

test('The queue shows tasks of arrays, one a line; other jobs are left out', () => {
  const printed = `1|2|CANCELLED|node2|None
1|4|FAILED|node1|JobLaunchFailure
7|N/A|PENDING||PartitionConfig
8|3|PENDING||AssocMaxJobsLimit
1|5|TIMEOUT|node1|TimeLimit
5|1|COMPLETING|node1|None
12|0|OUT_OF_MEMORY|node1|OutOfMemory
8|2|NODE_FAIL|node2|NodeDown
`;
  expect(parseQueue(printed)).toEqual([
    { job: 1, index: 2, state: 'CANCELLED', node: 'node2', reason: 'None' },
    { job: 1, index: 4, state: 'FAILED', node: 'node1', reason: 'JobLaunchFailure' },
    { job: 8, index: 3, state: 'PENDING', node: '', reason: 'AssocMaxJobsLimit' },
    { job: 1, index: 5, state: 'TIMEOUT', node: 'node1', reason: 'TimeLimit' },
    { job: 5, index: 1, state: 'COMPLETING', node: 'node1', reason: 'None' },
    { job: 12, index: 0, state: 'OUT_OF_MEMORY', node: 'node1', reason: 'OutOfMemory' },
    { job: 8, index: 2, state: 'NODE_FAIL', node: 'node2', reason: 'NodeDown' },
  ]);
  expect(parseQueue('')).toEqual([]);
});

test('The accounting tells how tasks ended, and nothing of those that have not', () => {
  const printed = `1_0|COMPLETED|0:0|node1
1_1|FAILED|3:0|node1
1_2|CANCELLED by 0|0:0|node2
1_3|TIMEOUT|0:0|node2
1_4|FAILED|0:9|node1
12_0|OUT_OF_MEMORY|0:125|node1
6_2|NODE_FAIL|0:0|node2
8_2|RUNNING|0:0|node2
8_[2-3]|PENDING|0:0|None assigned
`;
  const end = (name: string) => parseAccounting(printed, name);
  expect(end('1_1')).toEqual({ state: 'FAILED', exitCode: 3, signal: 0, node: 'node1' });
  expect(end('1_2')).toEqual({ state: 'CANCELLED', exitCode: 0, signal: 0, node: 'node2' });
  expect(end('1_3')).toEqual({ state: 'TIMEOUT', exitCode: 0, signal: 0, node: 'node2' });
  expect(end('1_4')).toEqual({ state: 'FAILED', exitCode: 0, signal: 9, node: 'node1' });
  expect(end('12_0')).toMatchObject({ state: 'OUT_OF_MEMORY', signal: 125 });
  expect(end('6_2')).toEqual({ state: 'NODE_FAIL', exitCode: 0, signal: 0, node: 'node2' });
  expect([end('8_2'), end('8_3'), end('9_0')]).toEqual([undefined, undefined, undefined]);
});

const job = (fields: string) =>
  `JobId=6 ArrayJobId=1 ArrayTaskId=4 JobName=t.sh UserId=root(0) GroupId=root(0) MCS_label=N/A Priority=4294901759 Nice=0 Account=root QOS=normal ${fields} TRES=cpu=1,node=1,billing=1 Socks/Node=* NtasksPerN:B:S:C=0:0:*:* WorkDir=/tmp StdOut=/tmp/slurm-1_4.out Power= \n`;

test('The controller tells the same where nothing is accounted', () => {
  const failed = job(
    'JobState=FAILED Reason=JobLaunchFailure Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:9 RunTime=00:00:00 ReqNodeList=(null) ExcNodeList=(null) NodeList=node1 BatchHost=node1 NumNodes=1',
  );
  expect(parseJob(failed)).toEqual({ state: 'FAILED', exitCode: 0, signal: 9, node: 'node1' });
  const completing = job('JobState=COMPLETING Reason=None ExitCode=0:0 NodeList=node1');
  expect(parseJob(completing)).toBeUndefined();
  const cancelled = job('JobState=CANCELLED Reason=None ExitCode=0:0 NodeList=(null)');
  expect(parseJob(cancelled)).toEqual({ state: 'CANCELLED', exitCode: 0, signal: 0, node: '' });
  const held = job('JobState=REQUEUE_HOLD Reason=JobHoldMaxRequeue ExitCode=0:1 NodeList=');
  expect(parseJob(held)).toEqual({ state: 'REQUEUE_HOLD', exitCode: 0, signal: 1, node: '' });
});

test('The number of a job is read, alone and with a cluster', () => {
  expect([parseJobNumber('12\n'), parseJobNumber('12;test\n')]).toEqual([12, 12]);
});

test('The largest array is read from the configuration, among its other lines', () => {
  const printed = `MailProg                = /usr/bin/mail
MaxArraySize            = 1001
MaxDBDMsgs              = 20008
MaxJobCount             = 10000
`;
  expect(parseMaxArraySize(printed)).toBe(1001);
});

test.each([
  [
    `sbatch: error: AssocMaxSubmitJobLimit
sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)
`,
    true,
    "Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
  ],
  [
    `sbatch: error: invalid partition specified: none
sbatch: error: Batch job submission failed: Invalid partition name specified
`,
    false,
    'Batch job submission failed: Invalid partition name specified',
  ],
  [
    `sbatch: unrecognized option '--foo=1'
Try "sbatch --help" for more information
`,
    false,
    "unrecognized option '--foo=1'",
  ],
  [
    'sbatch: error: Batch job submission failed: Invalid job array specification\n',
    false,
    'Batch job submission failed: Invalid job array specification',
  ],
])('sbatch says %j', (said, isLimit, reason) => {
  expect([isUserLimit(said), explainRefusal(said)]).toEqual([isLimit, reason]);
});
