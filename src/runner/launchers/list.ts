import type { shippedLaunchers } from '../../experiment/plugins/define-launcher.js';
import type { Launcher } from '../launcher.js';
import { prepareLauncher } from '../prepare-launcher.js';
import type { OpenSetting } from './open-setting.js';

interface LauncherDefinition {
  readonly name: (typeof shippedLaunchers)[number];
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
] satisfies readonly LauncherDefinition[];

/**
 * Returns the launcher of a name, one of these or of a plug-in's.
 * @throws UserError where what it needs is not there.
 */
export async function openLauncher(name: string, setting: OpenSetting): Promise<Launcher> {
  const shipped: LauncherDefinition | undefined = launchers.find((one) => one.name === name);
  if (shipped) return shipped.open(setting);
  const plugged = setting.catalogue.launchers?.find((one) => one.name === name);
  if (!plugged) throw new Error(`There is no launcher "${name}".`);
  return (await import('./command/command.js')).openCommands(plugged, setting);
}
