import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { findFreePort } from './free-port.js';

/** Whether Slurm's programs are there: test/scale/set-up.sh installs them. */
export const hasSlurm = ['slurmctld', 'slurmd', 'sbatch'].every(isInstalled);

function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A Slurm of the test's own on this machine: one controller, and a slurmd a node. */
export interface SlurmCluster {
  /** What programs need to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one of Slurm's programs and returns what it prints. */
  ask(program: string, ...options: readonly string[]): Promise<string>;
  /** Kills a node's slurmd and all that runs under it, as a machine that loses its power. */
  killNode(name: string): void;
  startNode(name: string): Promise<void>;
  /** Of controller and nodes, for a test that failed. */
  readLogs(): string;
}

export interface ClusterOptions {
  readonly folder: string;
  readonly nodes: readonly string[];
  /** Lines of slurm.conf that replace or follow on the usual ones. */
  readonly configuration?: readonly string[];
}

/** Starts a cluster, which ends with the test. Each node says that it has two processors, whatever the machine has. */
export async function startSlurmCluster(options: ClusterOptions): Promise<SlurmCluster> {
  const { folder, nodes } = options;
  for (const name of ['state', 'spool', 'log']) mkdirSync(join(folder, name), { recursive: true });
  const file = join(folder, 'slurm.conf');
  writeFileSync(file, await writeConfiguration(options));
  const environment = { SLURM_CONF: file };
  const daemons = new Map<string, ChildProcess>();
  const ask = async (program: string, ...parameters: readonly string[]) => {
    const env = { ...process.env, ...environment };
    return (await promisify(execFile)(program, [...parameters], { env })).stdout;
  };
  const start = (name: string, program: string, parameters: readonly string[]) => {
    daemons.set(name, spawn(program, parameters, { stdio: 'ignore' }));
  };
  const killNode = (name: string) => killProcesses(file, name);
  onTestFinished(async () => {
    await ask('scancel', '--user=root').catch(() => {});
    for (const name of nodes) killNode(name);
    kill(daemons.get('controller')?.pid);
  });
  const startNode = async (name: string) => {
    start(name, 'slurmd', ['-D', '-N', name, '-f', file]);
    for (let tries = 0; tries < 300; tries++) {
      const state = await ask('sinfo', '--noheader', `--nodes=${name}`, '--format=%T').catch(
        () => '',
      );
      if (/^(idle|mixed|allocated)\n$/.test(state)) return;
      if (/down|drain/.test(state)) {
        await ask('scontrol', 'update', `nodename=${name}`, 'state=resume').catch(() => {});
      }
      await sleep(200);
    }
    throw new Error(`The node ${name} does not come up.\n${readLogs()}`);
  };
  const readLogs = () => ['controller', ...nodes].map((name) => readLog(folder, name)).join('\n');
  start('controller', 'slurmctld', ['-D', '-f', file]);
  for (const name of nodes) await startNode(name);
  return {
    environment,
    ask,
    killNode,
    startNode,
    readLogs,
  };
}

function readLog(folder: string, name: string): string {
  try {
    return `${name}:\n${readFileSync(join(folder, 'log', `${name}.log`), 'utf8').slice(-4000)}`;
  } catch {
    return `${name}: no log`;
  }
}

async function writeConfiguration({ folder, nodes, configuration = [] }: ClusterOptions) {
  const host = hostname();
  const controllerPort = await findFreePort();
  const lines = [
    'ClusterName=test',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controllerPort}`,
    'SlurmUser=root',
    'AuthType=auth/none',
    'CredType=cred/none',
    // A task that goes back in the queue waits for so many seconds: 120, unless said otherwise.
    'AuthInfo=cred_expire=5',
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool/%n`,
    `SlurmctldPidFile=${folder}/controller.pid`,
    `SlurmdPidFile=${folder}/%n.pid`,
    `SlurmctldLogFile=${folder}/log/controller.log`,
    `SlurmdLogFile=${folder}/log/%n.log`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'MpiDefault=none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SlurmdParameters=config_overrides',
    'ReturnToService=2',
    'SlurmdTimeout=5',
    'KillWait=3',
    'SchedulerParameters=sched_interval=1,batch_sched_delay=0',
    ...configuration,
  ];
  for (const name of nodes) {
    const port = await findFreePort();
    const place = `NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port}`;
    lines.push(`NodeName=${name} ${place} CPUs=2 RealMemory=4000 State=UNKNOWN`);
  }
  lines.push('PartitionName=short Nodes=ALL Default=YES MaxTime=60 State=UP');
  return `${lines.join('\n')}\n`;
}

/** Kills all processes of a node, until there are none: slurmd may just have started one. */
function killProcesses(configuration: string, name: string): void {
  for (;;) {
    const found = listProcesses().filter((pid) => isOfNode(pid, configuration, name));
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

function listProcesses(): number[] {
  return readdirSync('/proc').map(Number).filter(Boolean);
}

/** Slurm's own processes have the node's log open; those of tasks have the node's name in their environment. */
function isOfNode(pid: number, configuration: string, name: string): boolean {
  const variables = readEnvironment(pid);
  const isTask = [`SLURM_CONF=${configuration}`, `SLURMD_NODENAME=${name}`].every((variable) =>
    variables.includes(variable),
  );
  return isTask || listOpenFiles(pid).includes(join(dirname(configuration), 'log', `${name}.log`));
}

function readEnvironment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/** A process that has ended, and one that is not ours to look at, has none. */
function listOpenFiles(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).map((number) => readlinkSync(join(folder, number)));
  } catch {
    return [];
  }
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
