import type { Launcher } from '../launcher.js';
import { prepareLauncher } from '../prepare-launcher.js';
import type { OpenSetting } from './open-setting.js';

interface LauncherDefinition {
  readonly name: string;
  /** @throws UserError where what it needs is not there. */
  open(setting: OpenSetting): Promise<Launcher>;
}

/** What trials can be trained by. */
const launchers = [
  { name: 'local', open: prepareLauncher },
  {
    name: 'slurm',
    open: async (setting) => (await import('./slurm/slurm.js')).openSlurm(setting),
  },
  {
    name: 'bullmq',
    open: async (setting) => (await import('./bullmq/bullmq.js')).openBullMq(setting),
  },
] as const satisfies readonly LauncherDefinition[];

type LauncherName = (typeof launchers)[number]['name'];

/** Returns the launcher of a name. @throws UserError where what it needs is not there. */
export async function openLauncher(name: LauncherName, setting: OpenSetting): Promise<Launcher> {
  const definition: LauncherDefinition | undefined = launchers.find((one) => one.name === name);
  if (!definition) throw new Error(`There is no launcher "${name}".`);
  return definition.open(setting);
}
