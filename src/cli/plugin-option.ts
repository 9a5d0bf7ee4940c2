import { Option } from 'commander';
import type { Catalogue } from '../catalogue.js';

/** Returns `--plugin <file>`, which may be given several times. */
export function createPluginOption(): Option {
  return new Option('--plugin <file>', 'add the stages and models of this ES module; repeatable')
    .argParser((file: string, files: readonly string[]) => [...files, file])
    .default([], 'none');
}

/** Returns the shipped stages and models with those of the plug-ins. */
export async function readCatalogue(plugins: readonly string[]): Promise<Catalogue> {
  const { loadPlugins } = await import('../plugins/load-plugins.js');
  return loadPlugins(plugins);
}
