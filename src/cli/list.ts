import { Command } from 'commander';
import {
  createJsonOption,
  createPluginOption,
  printJson,
  readCatalogue,
} from './shared-options.js';

const example = `
Examples:
  $ prep-lab list
  $ prep-lab list random-flip minmax
  $ prep-lab list layers conv2d
  $ prep-lab list --json | jq '.definitions[].name'
  $ prep-lab list --plugin ./my-stages.mjs`;

/** Returns the command that tells which stages and models there are. */
export function createListCommand(): Command {
  return new Command('list')
    .summary('list the stages and models, or explain some')
    .description(
      'List the stages, the models and their kinds of layers, or explain those named with all their options.',
    )
    .argument('[names...]', 'stages, models or kinds of layers to explain')
    .addOption(createPluginOption())
    .addOption(createJsonOption())
    .addHelpText('after', example)
    .action(runList);
}

async function runList(
  names: readonly string[],
  { plugin, json }: { readonly plugin: readonly string[]; readonly json?: boolean },
): Promise<void> {
  const { describeCatalogue, renderCatalogue, renderDefinitions } = await import(
    './render-catalogue.js'
  );
  const catalogue = await readCatalogue(plugin);
  if (json) return printJson(describeCatalogue(names, catalogue));
  const text = names.length > 0 ? renderDefinitions(names, catalogue) : renderCatalogue(catalogue);
  process.stdout.write(text);
}
