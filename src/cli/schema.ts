import { Command } from 'commander';
import { createPluginOption, readCatalogue } from './plugin-option.js';

const example = `
An experiment names the schema by its key "$schema"; editors then complete and check it.

Example:
  $ prep-lab schema > experiment.schema.json
  $ prep-lab schema --plugin ./my-stages.mjs > experiment.schema.json`;

/** Returns the command that prints the JSON Schema of experiment files. */
export function createSchemaCommand(): Command {
  return new Command('schema')
    .summary('print the JSON Schema of experiment files')
    .description('Print the JSON Schema of experiment files, with all stages, models and defaults.')
    .addOption(createPluginOption())
    .addHelpText('after', example)
    .action(runSchema);
}

async function runSchema({ plugin }: { readonly plugin: readonly string[] }): Promise<void> {
  const { createJsonSchema } = await import('../experiment/json-schema.js');
  const schema = createJsonSchema(await readCatalogue(plugin));
  process.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
}
